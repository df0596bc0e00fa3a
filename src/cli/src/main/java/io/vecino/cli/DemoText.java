package io.vecino.cli;

import java.io.PrintStream;
import java.util.Locale;

/** The demonstration's report for people. */
final class DemoText {
    private static final int EXCERPT = 160;

    private DemoText() {}

    static void print(DemoReport report, PrintStream out) {
        out.printf(
                Locale.ROOT,
                "%n%,d passages of %s, %,d of them held out, %d dimensions%n",
                report.passages(),
                report.origin(),
                report.heldOut(),
                report.dimension());
        for (DemoReport.Answer answer : report.answers()) {
            out.printf("%n%s%n", answer.question());
            for (DemoReport.Found found : answer.hits()) {
                out.printf(Locale.ROOT, "  %.3f  %s: %s%n", found.score(), found.className(), found.declaration());
                out.printf("         %s%n", excerpt(found.text()));
            }
        }
        out.printf(
                "%n%-14s %12s %11s %10s %9s %10s%n",
                "pipeline", "bytes/vector", "compression", "recall@10", "rescored", "queries/s");
        for (DemoReport.Row row : report.table()) {
            out.printf(
                    Locale.ROOT,
                    "%-14s %12.0f %10.1fx %10.3f %9.3f %,10.0f%n",
                    row.pipeline(),
                    row.bytesPerVector(),
                    row.compression(),
                    row.recallAt10(),
                    row.recallAt10Rescored(),
                    row.qps());
        }
        out.printf(Locale.ROOT, """

                recall@10: share of the exact ten nearest in the original space, from the codes alone; rescored: after the
                best forty were scored again with the originals. Queries are the %,d held-out passages, which were neither
                stored nor trained on; one thread scans all codes.
                """, report.heldOut());
    }

    private static String excerpt(String text) {
        if (text.length() <= EXCERPT) {
            return text;
        }
        int space = text.lastIndexOf(' ', EXCERPT);
        return text.substring(0, space > 0 ? space : EXCERPT) + " …";
    }
}
