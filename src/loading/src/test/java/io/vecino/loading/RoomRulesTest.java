package io.vecino.loading;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.vecino.loading", importOptions = ImportOption.DoNotIncludeTests.class)
class RoomRulesTest {
    @ArchTest
    static final ArchRule SEES_ONLY_THE_DOOR_OF_THE_ENGINE = noClasses()
            .should()
            .dependOnClassesThat(resideInAPackage("io.vecino..")
                    .and(not(resideInAnyPackage("io.vecino", "io.vecino.model", "io.vecino.loading.."))));

    @ArchTest
    static final ArchRule PARQUET_AND_HDF5_HAVE_FEW_ADDRESSES = noClasses()
            .that()
            .haveNameNotMatching(".*\\.file\\.(Parquet|Hdf5).*")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache..", "io.jhdf..", "org.xerial..", "net.jpountz..");

    @ArchTest
    static final ArchRule FILES_KNOW_NO_LOADING = noClasses()
            .that()
            .resideInAPackage("io.vecino.loading.file")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.vecino.loading");

    @ArchTest
    static final ArchRule HAS_NO_PACKAGE_CYCLES =
            slices().matching("io.vecino.(loading.*)..").should().beFreeOfCycles();
}
