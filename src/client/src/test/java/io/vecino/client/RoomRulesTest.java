package io.vecino.client;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.vecino.client", importOptions = ImportOption.DoNotIncludeTests.class)
final class RoomRulesTest {
    @ArchTest
    static final ArchRule KNOWS_NOTHING_OF_THE_ENGINE_AND_THE_SERVER = noClasses()
            .should()
            .dependOnClassesThat(DescribedPredicate.describe(
                    "are ours, but neither of the client nor of the interface",
                    (JavaClass type) -> type.getPackageName().startsWith("io.vecino")
                            && !type.getPackageName().startsWith("io.vecino.client")
                            && !type.getPackageName().startsWith("io.vecino.api.")));

    @ArchTest
    static final ArchRule KNOWS_NO_TRANSPORT =
            noClasses().should().dependOnClassesThat().resideInAnyPackage("io.netty..", "io.grpc.netty..");
}
