package io.vecino.faiss.presets;

import java.io.File;
import java.util.List;
import org.bytedeco.javacpp.ClassProperties;
import org.bytedeco.javacpp.LoadEnabled;
import org.bytedeco.javacpp.annotation.Platform;
import org.bytedeco.javacpp.annotation.Properties;
import org.bytedeco.javacpp.tools.Info;
import org.bytedeco.javacpp.tools.InfoMap;
import org.bytedeco.javacpp.tools.InfoMapper;

/** How FAISS's headers become Java: what is parsed, under which names, and what is left out. */
@Properties(
        value =
                @Platform(
                        value = "linux",
                        compiler = {"cpp17", "nowarnings"},
                        define = {"SHARED_PTR_NAMESPACE std", "UNIQUE_PTR_NAMESPACE std"},
                        include = {
                            "<faiss/MetricType.h>",
                            "<faiss/Index.h>",
                            "<faiss/impl/AuxIndexStructures.h>",
                            "<faiss/impl/IDSelector.h>",
                            "<faiss/impl/io.h>",
                            "<faiss/index_io.h>",
                            "<faiss/utils/distances.h>",
                            "<faiss/utils/random.h>",
                            "<faiss/impl/ClusteringInitialization.h>",
                            "<faiss/Clustering.h>",
                            "<faiss/impl/Quantizer.h>",
                            "<faiss/impl/ProductQuantizer.h>",
                            "<faiss/impl/PolysemousTraining.h>",
                            "<faiss/impl/ScalarQuantizer.h>",
                            "<faiss/VectorTransform.h>",
                            "<faiss/impl/maybe_owned_vector.h>",
                            "<faiss/IndexFlatCodes.h>",
                            "<faiss/IndexFlat.h>",
                            "<faiss/invlists/InvertedLists.h>",
                            "<faiss/invlists/DirectMap.h>",
                            "<faiss/impl/InvertedListScannerStats.h>",
                            "<faiss/IndexIVF.h>",
                            "<faiss/IVFlib.h>",
                            "<faiss/IndexIVFFlat.h>",
                            "<faiss/IndexPQ.h>",
                            "<faiss/IndexIVFPQ.h>",
                            "<faiss/IndexScalarQuantizer.h>",
                            "<faiss/utils/AlignedTable.h>",
                            "<faiss/IndexFastScan.h>",
                            "<faiss/IndexPQFastScan.h>",
                            "<faiss/IndexIVFFastScan.h>",
                            "<faiss/IndexIVFPQFastScan.h>",
                            "<faiss/IndexRefine.h>",
                            "<faiss/IndexPreTransform.h>",
                            "<faiss/impl/HNSW.h>",
                            "<faiss/IndexHNSW.h>",
                            "<faiss/impl/NSG.h>",
                            "<faiss/IndexNSG.h>",
                            "<faiss/IndexLSH.h>",
                            "<faiss/IndexIVFPQR.h>",
                            "<faiss/MatrixStats.h>",
                            "<faiss/IndexBinary.h>",
                            "<faiss/IndexIDMap.h>",
                            "<faiss/IndexBinaryFlat.h>",
                            "<faiss/IndexBinaryIVF.h>",
                            "<faiss/IndexBinaryHNSW.h>",
                            "<faiss/impl/AdditiveQuantizer.h>",
                            "<faiss/impl/ResidualQuantizer.h>",
                            "<faiss/impl/LocalSearchQuantizer.h>",
                            "<faiss/impl/ProductAdditiveQuantizer.h>",
                            "<faiss/IndexAdditiveQuantizer.h>",
                            "<faiss/IndexIVFAdditiveQuantizer.h>",
                            "<faiss/impl/RaBitQuantizer.h>",
                            "<faiss/IndexRaBitQ.h>",
                            "<faiss/IndexIVFRaBitQ.h>",
                            "<faiss/IndexRaBitQFastScan.h>",
                            "<faiss/IndexAdditiveQuantizerFastScan.h>",
                            "<faiss/IndexIVFAdditiveQuantizerFastScan.h>",
                            "<faiss/impl/NNDescent.h>",
                            "<faiss/IndexNNDescent.h>",
                            "<faiss/IndexLattice.h>",
                            "<faiss/IndexRowwiseMinMax.h>",
                            "<faiss/IndexIVFSpectralHash.h>",
                            "<faiss/IndexIVFIndependentQuantizer.h>",
                            "<faiss/MetaIndexes.h>",
                            "<faiss/IndexBinaryHash.h>",
                            "<faiss/IndexBinaryFromFloat.h>",
                            "<faiss/impl/ThreadedIndex.h>",
                            "<faiss/IndexShards.h>",
                            "<faiss/IndexShardsIVF.h>",
                            "<faiss/IndexReplicas.h>",
                            "<faiss/AutoTune.h>",
                            "<faiss/index_factory.h>",
                            "<faiss/utils/utils.h>",
                            "vecino_faiss.h",
                        },
                        library = "jnifaiss"),
        target = "io.vecino.faiss",
        global = "io.vecino.faiss.global.faiss")
public class faiss implements InfoMapper, LoadEnabled {
    /** Leaves out the headers that this FAISS does not have; without include paths (when loading) does nothing. */
    @Override
    public void init(ClassProperties properties) {
        List<String> folders = properties.get("platform.includepath");
        if (!folders.isEmpty()) {
            properties
                    .get("platform.include")
                    .removeIf(header -> header.startsWith("<faiss/") && !existsIn(folders, header));
        }
    }

    private static boolean existsIn(List<String> folders, String header) {
        String path = header.substring(1, header.length() - 1);
        return folders.stream().anyMatch(folder -> new File(folder, path).exists());
    }

    @Override
    public void map(InfoMap infoMap) {
        basics(infoMap);
        Containers.map(infoMap);
        ownership(infoMap);
        Omissions.map(infoMap);
    }

    private static void basics(InfoMap infoMap) {
        infoMap.put(new Info("FAISS_API").cppTypes().annotations())
                .put(new Info("FAISS_VERSION_MAJOR", "FAISS_VERSION_MINOR", "FAISS_VERSION_PATCH")
                        .cppTypes("int")
                        .translate(false))
                .put(new Info("idx_t", "faiss::idx_t", "faiss::Index::idx_t", "IndexT::idx_t")
                        .valueTypes("@Cast(\"int64_t\") long")
                        .pointerTypes(
                                "@Cast(\"int64_t*\") LongPointer",
                                "@Cast(\"int64_t*\") LongBuffer",
                                "@Cast(\"int64_t*\") long[]"))
                .put(new Info("faiss::IndexShardsIVF::component_t", "faiss::IndexShardsIVF::distance_t")
                        .valueTypes("float")
                        .pointerTypes("FloatPointer", "FloatBuffer", "float[]"))
                .put(new Info("storage_idx_t", "faiss::HNSW::storage_idx_t")
                        .valueTypes("int")
                        .pointerTypes("IntPointer", "IntBuffer", "int[]"))
                .put(new Info("faiss::float_minheap_array_t", "faiss::float_maxheap_array_t")
                        .cast()
                        .pointerTypes("Pointer"))
                .put(new Info(
                                "faiss::ResultHandler",
                                "faiss::ResultHandlerUnordered<float,faiss::idx_t>",
                                "faiss::ResultHandlerUnordered",
                                "faiss::FastScanDistancePostProcessing",
                                "faiss::FastScanCodeScanner",
                                "faiss::MinimaxHeapT",
                                "faiss::MinimaxHeap")
                        .cast()
                        .pointerTypes("Pointer"))
                .put(new Info("Search_type_t", "faiss::AdditiveQuantizer::Search_type_t")
                        .valueTypes("@Cast(\"faiss::AdditiveQuantizer::Search_type_t\") int"))
                .put(new Info("ApproxTopK_mode_t", "faiss::ApproxTopK_mode_t")
                        .valueTypes("@Cast(\"ApproxTopK_mode_t\") int"))
                .put(new Info("faiss::Level1Quantizer").flatten())
                // Flattened twice, the parser drops what comes before the first blank line.
                .put(new Info("faiss::Level1Quantizer::quantizer")
                        .javaText("\n\n    public native Index quantizer();"
                                + " public native Level1Quantizer quantizer(Index setter);"))
                .put(new Info("faiss::IndexIVFInterface").flatten().purify())
                // Abstract through members that they inherit, which the parser cannot see.
                .put(new Info("faiss::IndexFlatCodes", "faiss::IndexIVF", "faiss::ReadOnlyInvertedLists").purify())
                .put(new Info("faiss::IVFSearchParameters", "IVFSearchParameters").pointerTypes("SearchParametersIVF"));
    }

    /** Functions that return a new object are taken from vecino_faiss.h, where the type says who owns it. */
    private static void ownership(InfoMap infoMap) {
        for (String type : new String[] {"Index", "IndexBinary", "VectorTransform"}) {
            infoMap.put(new Info("std::unique_ptr<faiss::" + type + ">")
                    .annotations("@UniquePtr")
                    .valueTypes(type)
                    .pointerTypes(type));
        }
        Omissions.skip(
                infoMap,
                "faiss::index_factory",
                "faiss::index_binary_factory",
                "faiss::clone_index",
                "faiss::read_index",
                "faiss::read_index_binary",
                "faiss::read_VectorTransform");
        for (String type : new String[] {
            "IndexFlat",
            "IndexIDMap",
            "IndexIDMap2",
            "IndexIVF",
            "IndexIVFFlat",
            "IndexIVFPQ",
            "IndexIVFPQFastScan",
            "IndexIVFScalarQuantizer",
            "IndexHNSW",
            "IndexPQ",
            "IndexPQFastScan",
            "IndexPreTransform",
            "IndexRefine",
            "IndexScalarQuantizer",
            "IndexLSH",
            "IndexNSG",
            "IndexResidualQuantizer",
            "IndexLocalSearchQuantizer",
            "IndexProductResidualQuantizer",
            "IndexIVFFastScan",
        }) {
            infoMap.put(new Info("vecino::downcast<faiss::" + type + ">").javaNames("as" + type));
        }
        for (String type : new String[] {"IndexBinaryFlat", "IndexBinaryIVF", "IndexBinaryHNSW", "IndexBinaryHash"}) {
            infoMap.put(new Info("vecino::downcast_binary<faiss::" + type + ">").javaNames("as" + type));
        }
        for (String type : new String[] {"LinearTransform", "OPQMatrix", "PCAMatrix"}) {
            infoMap.put(new Info("vecino::downcast_transform<faiss::" + type + ">").javaNames("as" + type));
        }
    }
}
