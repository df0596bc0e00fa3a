package io.vecino.kernels;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;

/** What this room keeps to itself, and what it may know. */
@AnalyzeClasses(packages = "io.vecino", importOptions = DoNotIncludeTests.class)
final class BoundariesTest {

    @ArchTest
    static final ArchRule LINKER_ONLY_HERE = noClasses()
            .that()
            .resideOutsideOfPackage("io.vecino.kernels")
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(Linker.class, SymbolLookup.class)
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule LINKER_ONLY_IN_TWO_CLASSES = noClasses()
            .that()
            .doNotBelongToAnyOf(NativeLibrary.class, NativeLibrary.Loaded.class, NativeCalls.class)
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(Linker.class, SymbolLookup.class);

    @ArchTest
    static final ArchRule KNOWS_NO_OTHER_ROOM = noClasses()
            .that()
            .resideInAPackage("io.vecino.kernels")
            .should()
            .dependOnClassesThat()
            .resideOutsideOfPackages("io.vecino.kernels", "java..", "org.jspecify..");

    @ArchTest
    static final ArchRule SYSTEM_PROPERTIES_IN_ONE_CLASS = noClasses()
            .that()
            .doNotBelongToAnyOf(KernelSettings.class)
            .should()
            .callMethod(System.class, "getProperty", String.class)
            .orShould()
            .callMethod(System.class, "getProperty", String.class, String.class);
}
