package io.vecino.faiss.presets;

import org.bytedeco.javacpp.tools.Info;
import org.bytedeco.javacpp.tools.InfoMap;

/** Instances of templates, and their names. */
final class Containers {
    private Containers() {}

    static void map(InfoMap infoMap) {
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
                        .define());

        template(infoMap, "ThreadedIndex", "ThreadedIndex");
        template(infoMap, "IndexShardsTemplate", "IndexShards");
        template(infoMap, "IndexReplicasTemplate", "IndexReplicas");
        template(infoMap, "IndexIDMapTemplate", "IndexIDMap");
        template(infoMap, "IndexIDMap2Template", "IndexIDMap2");
    }

    /** A template over Index and IndexBinary, with the names that FAISS's aliases have. */
    private static void template(InfoMap infoMap, String template, String name) {
        String binary = name.startsWith("Index") ? "IndexBinary" + name.substring("Index".length()) : name + "Binary";
        infoMap.put(new Info("faiss::" + template + "<faiss::Index>", "faiss::" + name)
                        .pointerTypes(name)
                        .purify(name.equals("ThreadedIndex")) // abstract
                        .define())
                .put(new Info("faiss::" + template + "<faiss::IndexBinary>", "faiss::" + binary)
                        .pointerTypes(binary)
                        .purify(name.equals("ThreadedIndex"))
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
                Omissions.skip(infoMap, type + "::" + member);
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
}
