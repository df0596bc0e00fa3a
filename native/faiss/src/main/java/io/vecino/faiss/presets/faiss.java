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
                            "<faiss/IndexIDMap.h>",
                            "<faiss/impl/HNSW.h>",
                            "<faiss/IndexHNSW.h>",
                            "<faiss/impl/NSG.h>",
                            "<faiss/IndexNSG.h>",
                            "<faiss/IndexLSH.h>",
                            "<faiss/IndexIVFPQR.h>",
                            "<faiss/MatrixStats.h>",
                            "<faiss/IndexBinary.h>",
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
        containers(infoMap);
        ownership(infoMap);
        omissions(infoMap);
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

    private static void containers(InfoMap infoMap) {
        vector(infoMap, "FloatVector", "float");
        vector(infoMap, "DoubleVector", "double");
        vector(infoMap, "ByteVector", "uint8_t");
        vector(infoMap, "IntVector", "int", "faiss::HNSW::storage_idx_t");
        vector(infoMap, "SizeTVector", "size_t");
        vector(infoMap, "LongVector", "int64_t", "idx_t", "faiss::idx_t", "faiss::Index::idx_t");
        vector(infoMap, "ClusteringIterationStatsVector", "faiss::ClusteringIterationStats");
        vector(infoMap, "VectorTransformVector", "faiss::VectorTransform*");
        vector(infoMap, "IndexVector", "faiss::Index*");
        vector(infoMap, "AdditiveQuantizerVector", "faiss::AdditiveQuantizer*");
        vector(infoMap, "OperatingPointVector", "faiss::OperatingPoint");
        vector(infoMap, "ParameterRangeVector", "faiss::ParameterRange");
        data(infoMap, "ByteData", "uint8_t");
        data(infoMap, "IntData", "faiss::HNSW::storage_idx_t", "int");
        infoMap.put(new Info("faiss::AlignedTable<uint16_t>")
                        .pointerTypes("ShortTable")
                        .define())
                .put(new Info("faiss::AlignedTable<uint8_t>")
                        .pointerTypes("ByteTable")
                        .define())
                .put(new Info("faiss::AlignedTable<float>")
                        .pointerTypes("FloatTable")
                        .define())
                .put(new Info("faiss::IndexIDMapTemplate<faiss::Index>", "faiss::IndexIDMap")
                        .pointerTypes("IndexIDMap")
                        .define())
                .put(new Info("faiss::IndexIDMap2Template<faiss::Index>", "faiss::IndexIDMap2")
                        .pointerTypes("IndexIDMap2")
                        .define());
    }

    /** Elements that are the object's own or seen in a file mapping, where later versions had a vector before. */
    private static void data(InfoMap infoMap, String name, String... elements) {
        for (String element : elements) {
            String type = "faiss::MaybeOwnedVector<" + element + ">";
            infoMap.put(new Info(type).pointerTypes(name).define(element.equals(elements[elements.length - 1])));
            // A view ends the process on these.
            for (String member : new String[] {
                "MaybeOwnedVector",
                "operator =",
                "operator []",
                "at",
                "begin",
                "end",
                "erase",
                "insert",
                "clear",
                "resize",
                "is_owned",
                "owned_data",
                "view_data",
                "view_size",
                "owner",
                "c_ptr",
                "c_size",
                "create_view"
            }) {
                skip(infoMap, type + "::" + member);
            }
        }
    }

    private static void vector(InfoMap infoMap, String name, String... elements) {
        String[] types = new String[elements.length];
        for (int i = 0; i < types.length; i++) {
            types[i] = "std::vector<" + elements[i] + ">";
        }
        infoMap.put(new Info(types).pointerTypes(name).define());
    }

    /** Functions that return a new object are taken from vecino_faiss.h, where the type says who owns it. */
    private static void ownership(InfoMap infoMap) {
        for (String type : new String[] {"Index", "IndexBinary", "VectorTransform"}) {
            infoMap.put(new Info("std::unique_ptr<faiss::" + type + ">")
                    .annotations("@UniquePtr")
                    .valueTypes(type)
                    .pointerTypes(type));
        }
        skip(
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
        }) {
            infoMap.put(new Info("vecino::downcast<faiss::" + type + ">").javaNames("as" + type));
        }
        for (String type : new String[] {"LinearTransform", "OPQMatrix", "PCAMatrix"}) {
            infoMap.put(new Info("vecino::downcast_transform<faiss::" + type + ">").javaNames("as" + type));
        }
    }

    private static void omissions(InfoMap infoMap) {
        // Results that nobody would own.
        skip(
                infoMap,
                "faiss::VectorTransform::apply",
                "faiss::IndexPreTransform::apply_chain",
                "faiss::Index::get_distance_computer",
                "faiss::IndexFlatCodes::get_distance_computer",
                "faiss::IndexPreTransform::get_distance_computer",
                "faiss::IndexBinaryHNSW::get_distance_computer",
                "faiss::ScalarQuantizer::get_distance_computer",
                "faiss::ScalarQuantizer::select_quantizer",
                "faiss::ScalarQuantizer::SQuantizer",
                "faiss::ScalarQuantizer::SQDistanceComputer",
                "faiss::IndexFlatCodes::get_FlatCodesDistanceComputer",
                "faiss::IndexFlat::get_FlatCodesDistanceComputer",
                "faiss::IndexPQ::get_FlatCodesDistanceComputer",
                "faiss::IndexScalarQuantizer::get_FlatCodesDistanceComputer",
                "faiss::IndexLSH::get_FlatCodesDistanceComputer",
                "faiss::read_ProductQuantizer",
                "faiss::read_InvertedLists",
                "faiss::ivflib::get_invlist_range",
                "faiss::fvecs_maybe_subsample");
        for (String type : new String[] {
            "Index",
            "IndexFlatL2",
            "IndexHNSW",
            "IndexIVF",
            "IndexFastScan",
            "IndexPQFastScan",
            "IndexIVFFastScan",
            "IndexIVFPQFastScan",
            "IndexAdditiveQuantizer",
            "IndexResidualQuantizer",
            "IndexLocalSearchQuantizer",
            "IndexProductResidualQuantizer",
            "IndexProductLocalSearchQuantizer",
            "IndexRaBitQ",
            "IndexIVFRaBitQ",
            "IndexRaBitQFastScan",
            "IndexIDMapTemplate<faiss::Index>",
            "IndexRefine",
        }) {
            skip(
                    infoMap,
                    "faiss::" + type + "::get_FlatCodesDistanceComputer",
                    "faiss::" + type + "::get_distance_computer",
                    "faiss::" + type + "::get_CodePacker",
                    "faiss::" + type + "::make_knn_scanner");
        }
        // Constructors that clash with JavaCPP's array constructor (long) or belong to a flattened base.
        skip(
                infoMap,
                "faiss::Level1Quantizer::Level1Quantizer",
                "faiss::IndexIVFInterface::IndexIVFInterface",
                "faiss::IndexIVFInterface::search_preassigned",
                "faiss::IndexIVFInterface::range_search_preassigned",
                "faiss::IndexFlat::IndexFlat()",
                "faiss::IndexFlatIP::IndexFlatIP()",
                "faiss::IndexFlatL2::IndexFlatL2()",
                "faiss::IndexBinaryFlat::IndexBinaryFlat()",
                "faiss::IndexRaBitQ::IndexRaBitQ()",
                "faiss::IndexRaBitQFastScan::IndexRaBitQFastScan()");
        // Functions whose misuse ends the process instead of throwing.
        skip(
                infoMap,
                "faiss::IDSelectorRange::find_sorted_ids_bounds",
                "faiss::LinearTransform::set_is_orthonormal",
                "faiss::IndexHNSW::link_singletons",
                "faiss::IndexHNSW2Level",
                "faiss::ReconstructFromNeighbors",
                "faiss::IndexHNSW::reconstruct_from_neighbors",
                "faiss::OperatingPoints::all_to_gnuplot",
                "faiss::OperatingPoints::optimal_to_gnuplot",
                "faiss::HNSW::prepare_level_tab");
        // Leaves the calling thread with ten OpenMP threads.
        skip(infoMap, "faiss::check_openmp");
        // Internals that need types without a Java counterpart: locks, heaps, hash maps, bit streams.
        skip(
                infoMap,
                "strtok_r",
                "faiss::InterruptCallback::lock",
                "faiss::InterruptCallback::instance",
                "faiss::HNSW::MinimaxHeap",
                "faiss::HNSW::Node",
                "faiss::HNSW::NodeDistCloser",
                "faiss::HNSW::NodeDistFarther",
                "faiss::HNSW::shrink_neighbor_list",
                "faiss::HNSW::add_links_starting_from",
                "faiss::HNSW::add_with_locks",
                "faiss::HNSW::search",
                "faiss::HNSW::search_level_0",
                "faiss::nsg::Graph",
                "faiss::nsg::storage_distance_computer",
                "faiss::NSG::final_graph",
                "faiss::NSG::build",
                "faiss::NSG::search",
                "faiss::NSG::init_graph",
                "faiss::NSG::search_on_graph",
                "faiss::NSG::add_reverse_links",
                "faiss::NSG::sync_prune",
                "faiss::NSG::link",
                "faiss::NSG::tree_grow",
                "faiss::NSG::attach_unlinked",
                "faiss::NSG::dfs",
                "faiss::NSG::check_graph",
                "faiss::MatrixStats::PerDimStats",
                "faiss::MatrixStats::Occurrence",
                "faiss::MatrixStats::per_dim_stats",
                "faiss::MatrixStats::occurrences",
                "faiss::MatrixStats::buf",
                "faiss::MatrixStats::do_comment",
                "faiss::DirectMap::hashtable",
                "faiss::DirectMapAdd",
                "faiss::IDSelectorBatch::set",
                "faiss::IndexIVFFlatDedup::instances",
                "faiss::IndexIDMap2Template<faiss::Index>::rev_map",
                "faiss::AlignedTable<uint8_t>::tab",
                "faiss::AlignedTable<uint16_t>::tab",
                "faiss::AlignedTable<float>::tab",
                "faiss::RandomGenerator::mt",
                "faiss::RangeSearchPartialResult",
                "faiss::PQEncoderGeneric",
                "faiss::PQEncoder8",
                "faiss::PQEncoder16",
                "faiss::PQDecoderGeneric",
                "faiss::PQDecoder8",
                "faiss::PQDecoder16",
                "faiss::ReproduceDistancesObjective",
                "faiss::SimulatedAnnealingOptimizer",
                "faiss::ArrayInvertedLists::codes",
                "faiss::ArrayInvertedLists::ids",
                "faiss::HStackInvertedLists::ils",
                "faiss::VStackInvertedLists::ils",
                "faiss::ivflib::SlidingIndexWindow",
                "faiss::CodeSet::s",
                "faiss::InvertedListsIterator",
                "faiss::InvertedLists::get_iterator",
                "faiss::InvertedListScanner::iterate_codes",
                "faiss::InvertedListScanner::iterate_codes_range",
                "faiss::TimeoutCallback::start",
                "faiss::hnsw_detail::search_neighbors_to_add",
                "faiss::hnsw_detail::shrink_neighbor_list",
                "faiss::search_neighbors_to_add",
                "faiss::MaybeOwnedVectorOwner",
                "faiss::is_maybe_owned_vector",
                "faiss::ArrayInvertedListsPanorama",
                "faiss::lsq::LSQTimer",
                "faiss::lsq::LSQTimerScope",
                "faiss::lsq::lsq_timer",
                "faiss::LSQTimer",
                "faiss::LSQTimerScope",
                "faiss::lsq_timer",
                "faiss::RaBitQHeapHandler",
                "faiss::LockVector",
                "faiss::DirectMapAdd",
                "faiss::IndexHNSW::locks",
                "faiss::IndexBinaryHNSW::locks",
                "faiss::IndexRaBitQ::get_quantized_distance_computer",
                "faiss::RaBitQuantizer::get_distance_computer",
                "faiss::IndexFlatPanorama::pano",
                "faiss::IndexHNSWFlatPanorama::pano",
                "faiss::LocalSearchQuantizer::perturb_codebooks",
                "faiss::lsq::IcmEncoder",
                "faiss::lsq::IcmEncoderFactory",
                "faiss::LocalSearchQuantizer::icm_encode",
                "faiss::LocalSearchQuantizer::icm_encode_impl",
                "faiss::LocalSearchQuantizer::perturb_codes",
                "faiss::LocalSearchQuantizer::icm_encoder_factory",
                "faiss::RaBitQDistanceComputer",
                "openblas_set_num_threads");
    }

    private static void skip(InfoMap infoMap, String... names) {
        infoMap.put(new Info(names).skip());
    }
}
