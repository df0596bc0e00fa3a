package io.vecino.cli;

import io.vecino.model.Alignment;
import io.vecino.model.Inspection;
import java.io.PrintStream;
import java.util.Locale;

/** What vectors are like, for people. */
final class InspectTable {
    private final PrintStream out;

    private InspectTable(PrintStream out) {
        this.out = out;
    }

    static void print(Inspection seen, PrintStream out) {
        new InspectTable(out).show(seen);
    }

    static void print(Alignment alignment, PrintStream out) {
        InspectTable table = new InspectTable(out);
        out.println();
        table.figure("shared things compared", alignment.shared(), "", "");
        table.figure("linear CKA", alignment.cka(), "%.3f", "1: the same up to rotation and scale");
        table.figure("SVCCA", alignment.svcca(), "%.3f", "1: the same up to a linear map");
        table.figure("neighbours in common", 100 * alignment.neighbours(), "%.1f %%", "of the ten nearest");
    }

    private void figure(String name, double value, String format, String meaning) {
        String text = format.isEmpty() ? Math.round(value) + "" : String.format(Locale.ROOT, format, value);
        out.println(String.format(Locale.ROOT, "  %-26s %10s   %s", name, text, meaning)
                .stripTrailing());
    }

    private void show(Inspection seen) {
        out.println(String.format(
                Locale.ROOT,
                "%,d of %,d vectors of %d dimensions, compared by %s",
                seen.rows(),
                seen.points(),
                seen.dimension(),
                seen.metric()));
        out.println();
        figure("effective rank", seen.effectiveRank(), "%.1f", "directions that count (RankMe)");
        figure("mean cosine", seen.meanCosine(), "%.3f", "of random pairs; 0 where centred");
        figure("IsoScore", seen.isoScore(), "%.3f", "1: variance the same in all directions");
        figure("intrinsic dimension", seen.twoNn(), "%.1f", "TwoNN");
        figure("local dimension", seen.localDimension(), "%.1f", "maximum likelihood, median over points");
        figure("hubness", seen.hubness(), "%.2f", "skewness of how often a point is a neighbour");
        figure("never a neighbour", 100 * seen.neverNear(), "%.1f %%", "among the ten nearest of none");
        figure("duplicates", 100 * seen.duplicates(), "%.2f %%", "");
        figure("near-duplicates", 100 * seen.nearDuplicates(), "%.1f %%", "a neighbour with a cosine of .98 or more");
        figure("separability", seen.separability(), "%.3f", "links of the spanning tree against random pairs");
        Inspection.Norms norms = seen.norms();
        out.println(String.format(
                Locale.ROOT,
                "  %-26s %10s   deviation %.3f, %.3f to %.3f",
                "length",
                String.format(Locale.ROOT, "%.3f", norms.mean()),
                norms.deviation(),
                norms.least(),
                norms.most()));
        out.println();
        out.println("  recall@10 of shorter vectors, no query trained on");
        out.println(
                String.format(Locale.ROOT, "  %6s  %10s  %10s  %16s", "dims", "the first", "pca", "pca, 4 rescored"));
        for (Inspection.Shorter shorter : seen.redundancy()) {
            out.println(String.format(
                    Locale.ROOT,
                    "  %6d  %10.3f  %10.3f  %16.3f",
                    shorter.dims(),
                    shorter.first(),
                    shorter.pca(),
                    shorter.rescored()));
        }
        out.println();
        seen.findings().forEach(finding -> out.println("- " + finding));
        out.println();
        out.println("Worth trying: "
                + String.join(
                        ", ", seen.worthTrying().stream().map(Object::toString).toList()));
    }
}
