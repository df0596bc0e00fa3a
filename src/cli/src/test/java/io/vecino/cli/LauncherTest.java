package io.vecino.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The launcher in a checkout of stand-ins: its compilers, Maven, package manager and JDKs only say what they were asked. */
@EnabledOnOs(OS.LINUX)
class LauncherTest {
    private static final Path LAUNCHER = Path.of("../../vecino");

    @TempDir
    Path directory;

    private Path checkout = Path.of("");
    private Path tools = Path.of("");

    private record Outcome(int exitCode, String out, String err) {}

    @BeforeEach
    void standIns() throws IOException {
        checkout = Files.createDirectories(directory.resolve("a check out"));
        Files.copy(LAUNCHER, checkout.resolve("vecino"));
        for (String folder : List.of(".mvn", "src/engine/src/main/java", "native", "bench", "docs/api")) {
            Files.createDirectories(checkout.resolve(folder));
        }
        Files.writeString(checkout.resolve("pom.xml"), "");
        tools = Files.createDirectories(directory.resolve("tools"));
        for (String tool : List.of("g++", "cmake", "apt-get", "java")) {
            script(tools.resolve(tool), "exit 0");
        }
        script(tools.resolve("sudo"), "exit 1");
        script(tools.resolve("apt-cache"), "exit 1");
        script(
                tools.resolve("mvn"),
                "echo build >>" + directory + "/builds",
                "mkdir -p src/cli/target/lib && touch src/cli/target/vecino-cli-1.jar");
        Files.createDirectories(directory.resolve("faiss/include/faiss"));
        Files.writeString(directory.resolve("faiss/include/faiss/Index.h"), "");
        jdk("seventeen", "17.0.1");
        jdk("twenty six", "26");
        jdk("twenty five", "25.0.2");
    }

    @Test
    void printsUsageWithoutACommandAndBuildsNothing() throws Exception {
        Outcome outcome = launch();
        assertEquals(0, outcome.exitCode());
        assertTrue(outcome.out().startsWith("Usage: vecino COMMAND"), outcome.out());
        assertEquals(0, builds());
    }

    @Test
    void runsACommandOnTheOldestJdkThatIsNewEnough() throws Exception {
        Outcome outcome = launch("serve", "--data", "with space");
        assertEquals(0, outcome.exitCode(), outcome.err());
        assertTrue(outcome.out().startsWith("twenty five\n"), outcome.out());
        assertTrue(outcome.out().endsWith("io.vecino.cli.Main\nserve\n--data\nwith space\n"), outcome.out());
    }

    @Test
    void takesJavaHomeIfItIsNewEnough() throws Exception {
        Path newer = directory.resolve("jdks/twenty six");
        Path older = directory.resolve("jdks/seventeen");
        assertTrue(run(Map.of("JAVA_HOME", newer.toString()), "info").out().startsWith("twenty six\n"));
        assertTrue(run(Map.of("JAVA_HOME", older.toString()), "info").out().startsWith("twenty five\n"));
    }

    @Test
    void buildsOnlyWhenASourceIsNewer() throws Exception {
        launch("info");
        launch("info");
        assertEquals(1, builds());
        Path source = Files.writeString(checkout.resolve("src/engine/src/main/java/A.java"), "");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(2)));
        launch("info");
        assertEquals(2, builds());
    }

    @Test
    void buildsOnceForInvocationsAtTheSameTime() throws Exception {
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            processes.add(builder(Map.of(), "info").start());
        }
        for (Process process : processes) {
            assertEquals(0, outcome(process).exitCode());
        }
        assertEquals(1, builds());
    }

    @Test
    void worksThroughASymbolicLinkFromAnyDirectory() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("link"), checkout.resolve("vecino"));
        ProcessBuilder builder = builder(Map.of(), "info");
        builder.command().set(0, link.toString());
        assertEquals(0, outcome(builder.start()).exitCode());
        assertEquals(1, builds());
    }

    @Test
    void saysInOneLineThatThereIsNoJdk() throws Exception {
        Outcome outcome =
                run(Map.of("VECINO_JDK_DIRS", directory.resolve("none").toString()), "info");
        assertEquals(1, outcome.exitCode());
        assertEquals("", outcome.out());
        String last = outcome.err().lines().toList().getLast();
        assertTrue(last.contains("needs JDK 25") || last.contains("apt-get install -y openjdk-25-jdk"), outcome.err());
    }

    @Test
    void installsWhatIsMissingWhereThatNeedsNoPassword() throws Exception {
        Path empty = Files.createDirectories(directory.resolve("empty"));
        script(tools.resolve("sudo"), "shift; exec \"$@\"");
        script(tools.resolve("apt-cache"), "exit 0");
        script(
                tools.resolve("apt-get"),
                "echo \"$@\" >>" + directory + "/apt",
                "[ \"$1\" = update ] || mv '" + directory.resolve("jdks/twenty five") + "' " + empty);
        Outcome outcome = run(Map.of("VECINO_JDK_DIRS", empty.toString()), "info");
        assertEquals(0, outcome.exitCode(), outcome.err());
        assertTrue(outcome.out().startsWith("twenty five\n"), outcome.out());
        assertEquals(
                List.of("update", "install -y --no-install-recommends openjdk-25-jdk"),
                Files.readAllLines(directory.resolve("apt")));
    }

    @Test
    void showsWhyABuildFailedAndWhereItsLogIs() throws Exception {
        script(tools.resolve("mvn"), "echo '[ERROR] no such symbol'; exit 1");
        Outcome outcome = launch("info");
        assertEquals(1, outcome.exitCode());
        assertEquals("", outcome.out());
        assertTrue(outcome.err().contains("no such symbol"), outcome.err());
        assertTrue(outcome.err().contains("a check out/target/build.log"), outcome.err());
        assertFalse(Files.exists(checkout.resolve("target/vecino.stamp")));
    }

    @Test
    void refusesTestOptionsThatItDoesNotKnow() throws Exception {
        Outcome outcome = launch("test", "--fast");
        assertEquals(2, outcome.exitCode());
        assertEquals("vecino: test: unknown option: --fast\n", outcome.err());
    }

    @Test
    void testsWithoutTheLongOnesUnlessTheyAreAskedFor() throws Exception {
        script(tools.resolve("mvn"), "echo \"$@\"");
        assertEquals("verify\n", launch("test").out());
        assertEquals(
                "verify -Dvecino.test.left-out= -Dvecino.test.long=true\n",
                launch("test", "--long").out());
    }

    @Test
    void sanitizesTheNativeTestsWithoutMaven() throws Exception {
        Files.createDirectories(checkout.resolve("native/kernels"));
        script(tools.resolve("cmake"), "echo \"$PWD $@\"");
        Outcome outcome = launch("test", "--sanitize");
        assertEquals(0, outcome.exitCode(), outcome.err());
        List<String> lines = outcome.out().lines().toList();
        assertEquals(2, lines.size(), outcome.out());
        assertTrue(lines.getFirst().endsWith("native/kernels --workflow --preset sanitize"), outcome.out());
        assertTrue(lines.getLast().endsWith("native/kernels --workflow --preset sanitize-threads"), outcome.out());
        assertFalse(Files.exists(directory.resolve("builds")));
    }

    private Outcome launch(String... arguments) throws Exception {
        return run(Map.of(), arguments);
    }

    private Outcome run(Map<String, String> environment, String... arguments) throws Exception {
        return outcome(builder(environment, arguments).start());
    }

    private ProcessBuilder builder(Map<String, String> environment, String... arguments) {
        List<String> command =
                new ArrayList<>(List.of(checkout.resolve("vecino").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", tools + ":/usr/bin:/bin");
        builder.environment().put("HOME", directory.toString());
        builder.environment().put("FAISS_HOME", directory.resolve("faiss").toString());
        builder.environment().put("VECINO_JDK_DIRS", directory.resolve("jdks").toString());
        builder.environment().putAll(environment);
        return builder;
    }

    private static Outcome outcome(Process process) throws Exception {
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        return new Outcome(process.exitValue(), out, err);
    }

    private long builds() throws IOException {
        Path log = directory.resolve("builds");
        if (!Files.exists(log)) {
            return 0;
        }
        try (Stream<String> lines = Files.lines(log)) {
            return lines.count();
        }
    }

    private void jdk(String name, String version) throws IOException {
        Path home = Files.createDirectories(directory.resolve("jdks").resolve(name));
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        script(home.resolve("bin/javac"), "exit 0");
        script(home.resolve("bin/java"), "echo '" + name + "'; printf '%s\\n' \"$@\"");
    }

    private static void script(Path file, String... lines) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
        assertTrue(file.toFile().setExecutable(true));
    }
}
