package io.vecino;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;

/** The rooms of the engine and what may pass between them. */
@AnalyzeClasses(packages = "io.vecino", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule IMPORTS_GO_DOWN_ONLY = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("door")
            .definedBy("io.vecino")
            .layer("measure")
            .definedBy("io.vecino.measure")
            .layer("collection")
            .definedBy("io.vecino.collection")
            .layer("segment")
            .definedBy("io.vecino.segment")
            .layer("payload")
            .definedBy("io.vecino.payload")
            .layer("indexes")
            .definedBy("io.vecino.index.flat", "io.vecino.index.graph", "io.vecino.index.faiss")
            .layer("index")
            .definedBy("io.vecino.index")
            .layer("quantization")
            .definedBy("io.vecino.quantization..")
            .layer("transform")
            .definedBy("io.vecino.transform")
            .layer("files")
            .definedBy("io.vecino.files")
            .layer("selection")
            .definedBy("io.vecino.selection")
            .layer("storage")
            .definedBy("io.vecino.storage")
            .whereLayer("door")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("measure")
            .mayOnlyBeAccessedByLayers("door")
            .whereLayer("collection")
            .mayOnlyBeAccessedByLayers("door", "measure")
            .whereLayer("segment")
            .mayOnlyBeAccessedByLayers("collection", "measure")
            .whereLayer("payload")
            .mayOnlyBeAccessedByLayers("collection", "segment")
            .whereLayer("indexes")
            .mayOnlyBeAccessedByLayers("segment", "door") // the door reports the libraries
            .whereLayer("index")
            .mayOnlyBeAccessedByLayers("indexes", "segment", "collection", "measure")
            .whereLayer("quantization")
            .mayOnlyBeAccessedByLayers("index", "indexes", "segment", "collection", "measure", "door")
            .whereLayer("transform")
            .mayOnlyBeAccessedByLayers("quantization", "index", "indexes", "segment", "collection", "measure", "door")
            .whereLayer("selection")
            .mayOnlyBeAccessedByLayers("transform", "index", "indexes", "segment", "collection", "measure")
            .whereLayer("files")
            .mayOnlyBeAccessedByLayers("door", "measure");

    @ArchTest
    static final ArchRule PACKAGES_HAVE_NO_CYCLES = slices().matching("io.vecino.(**)")
            .should()
            .beFreeOfCycles()
            // JavaCPP generates the preset with its functions in a package beside its classes.
            .ignoreDependency(resideInAPackage("io.vecino.faiss.."), alwaysTrue());

    @ArchTest
    static final ArchRule THE_MODEL_KNOWS_NOBODY = noClasses()
            .that()
            .resideInAPackage("io.vecino.model")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.vecino",
                    "io.vecino.storage..",
                    "io.vecino.selection..",
                    "io.vecino.transform..",
                    "io.vecino.quantization..",
                    "io.vecino.index..",
                    "io.vecino.payload..",
                    "io.vecino.segment..",
                    "io.vecino.collection..",
                    "io.vecino.measure..",
                    "io.vecino.files..",
                    "io.vecino.kernels..");

    @ArchTest
    static final ArchRule FAISS_AND_JAVACPP_HAVE_FEW_ADDRESSES = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "io.vecino.index.faiss", "io.vecino.quantization.faiss", "io.vecino.cluster", "io.vecino.faiss..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.bytedeco..", "io.vecino.faiss..");

    @ArchTest
    static final ArchRule ROCKSDB_HAS_ONE_ADDRESS = noClasses()
            .that()
            .resideOutsideOfPackage("io.vecino.storage")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.rocksdb..");

    @ArchTest
    static final ArchRule DOWNCALLS_HAVE_ONE_ADDRESS = noClasses()
            .that()
            .resideOutsideOfPackage("io.vecino.kernels")
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(Linker.class, SymbolLookup.class);

    @ArchTest
    static final ArchRule NATIVE_MEMORY_IS_ALLOCATED_IN_FEW_ROOMS = noClasses()
            .that()
            .resideOutsideOfPackages("io.vecino.storage", "io.vecino.kernels", "io.vecino.index..")
            .should()
            .dependOnClassesThat()
            .areAssignableTo(Arena.class);

    @ArchTest
    static final ArchRule THE_LIBRARY_HAS_NO_NETWORK_NO_JSON_AND_NO_LOGGING_BACKEND = noClasses()
            .that()
            .resideInAPackage("io.vecino..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "java.net..", "io.netty..", "tools.jackson.databind.json..", "ch.qos.logback..", "picocli..");

    @ArchTest
    static final ArchRule STANDARD_OUTPUT_BELONGS_TO_THE_COMMAND_LINE = noClasses()
            .that()
            .resideInAPackage("io.vecino..")
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err");

    @ArchTest
    static final ArchRule NAMES_SAY_WHAT_A_CLASS_IS = classes()
            .that()
            .resideInAPackage("io.vecino..")
            .and()
            .resideOutsideOfPackage("io.vecino.faiss..")
            .should()
            .haveNameNotMatching(".*(Manager|Helper|Util|Utils|Impl|Common)");
}
