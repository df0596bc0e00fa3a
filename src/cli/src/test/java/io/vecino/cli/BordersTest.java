package io.vecino.cli;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.vecino.cli.terminal.Host;
import io.vecino.server.FilterText;
import io.vecino.server.ServerConfig;
import io.vecino.server.VecinoServer;

@AnalyzeClasses(packages = "io.vecino.cli", importOptions = DoNotIncludeTests.class)
class BordersTest {
    @ArchTest
    static final ArchRule knowsOnlyTheDoorsOfEngineAndServer = noClasses()
            .should()
            .dependOnClassesThat(resideInAPackage("io.vecino..")
                    .and(not(resideInAnyPackage(
                            "io.vecino",
                            "io.vecino.model",
                            "io.vecino.server.auth",
                            "io.vecino.server.report",
                            "io.vecino.loading..",
                            "io.vecino.client",
                            "io.vecino.api..",
                            "io.vecino.cli..")))
                    .and(not(JavaClass.Predicates.equivalentTo(FilterText.class)))
                    .and(not(JavaClass.Predicates.equivalentTo(ServerConfig.class)))
                    .and(not(JavaClass.Predicates.equivalentTo(VecinoServer.class))));

    @ArchTest
    static final ArchRule readsTheEnvironmentInOneClass = noClasses()
            .that()
            .doNotBelongToAnyOf(Host.class)
            .should()
            .callMethod(System.class, "getProperty", String.class)
            .orShould()
            .callMethod(System.class, "getProperty", String.class, String.class)
            .orShould()
            .callMethod(System.class, "getenv", String.class)
            .orShould()
            .callMethod(System.class, "getenv");

    @ArchTest
    static final ArchRule writesOnlyToItsConsole =
            noClasses().should().accessField(System.class, "out").orShould().accessField(System.class, "err");

    @ArchTest
    static final ArchRule hasNoPackageCycles =
            slices().matching("io.vecino.(cli.*)..").should().beFreeOfCycles();
}
