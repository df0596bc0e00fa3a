package io.vecino.server;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.GeneralCodingRules;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;

@AnalyzeClasses(packages = "io.vecino", importOptions = ImportOption.DoNotIncludeTests.class)
final class RoomRulesTest {
    @ArchTest
    static final ArchRule SEES_ONLY_THE_DOOR_OF_THE_ENGINE = noClasses()
            .that()
            .resideInAPackage("io.vecino.server..")
            .should()
            .dependOnClassesThat(describe(
                    "are inside the engine",
                    type -> type.getPackageName().startsWith("io.vecino")
                            && !type.getPackageName().startsWith("io.vecino.server")
                            && !type.getPackageName().startsWith("io.vecino.api.")
                            && !type.getPackageName().equals("io.vecino.model")
                            && !type.getPackageName().startsWith("io.vecino.loading")
                            && !isDoor(type)));

    @ArchTest
    static final ArchRule ONLY_THE_SERVER_SPEAKS_NETTY = noClasses()
            .that()
            .resideOutsideOfPackage("io.vecino.server..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.netty..");

    @ArchTest
    static final ArchRule ONLY_ITS_ROOM_SPEAKS_GRPC = noClasses()
            .that()
            .resideInAPackage("io.vecino.server..")
            .and()
            .resideOutsideOfPackage("io.vecino.server.grpc")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.grpc..", "io.vecino.api..", "com.google..");

    @ArchTest
    static final ArchRule WHAT_IS_SHARED_KNOWS_NO_PROTOCOL = noClasses()
            .that()
            .resideInAPackage("io.vecino.server.work")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.vecino.server", "io.vecino.server.grpc", "io.netty..", "tools.jackson..");

    @ArchTest
    static final ArchRule HAS_NO_CYCLES = SlicesRuleDefinition.slices()
            .matching("io.vecino.(server..)")
            .should()
            .beFreeOfCycles();

    @ArchTest
    static final ArchRule ROUTES_AND_BODIES_KNOW_NO_NETTY = noClasses()
            .that()
            .haveNameMatching(".*\\.server\\.(.*Routes|.*Body|Json.*|.*Input|Router?|Path.*|Query|Jobs?|ErrorResponse)")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.netty..");

    @ArchTest
    static final ArchRule ONE_ROOM_KNOWS_HOW_METRICS_ARE_KEPT = noClasses()
            .that()
            .resideOutsideOfPackage("io.vecino.server.observe")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.micrometer..", "io.prometheus..");

    @ArchTest
    static final ArchRule NOBODY_WRITES_TO_STANDARD_STREAMS = noClasses()
            .that()
            .resideInAPackage("io.vecino.server..")
            .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS);

    @ArchTest
    static final ArchRule ONLY_THE_DOOR_IS_PUBLIC = classes()
            .that()
            .resideInAPackage("io.vecino.server")
            .and()
            .arePublic()
            .should()
            .haveNameMatching(".*\\.(VecinoServer|ServerConfig|FilterText)");

    private static boolean isDoor(JavaClass type) {
        return type.getPackageName().equals("io.vecino") && type.getSimpleName().startsWith("Engine");
    }
}
