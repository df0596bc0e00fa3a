package io.vecino.kernels;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** The structs of {@code vecino_graph.h}, which asserts the same offsets. */
final class GraphStructs {
    private static final StructLayout GRAPH = MemoryLayout.structLayout(
            ADDRESS.withName("rows"),
            ADDRESS.withName("ordinals"),
            ADDRESS.withName("biases"),
            ADDRESS.withName("centre"),
            ADDRESS.withName("signs"),
            JAVA_LONG.withName("row_bytes"),
            JAVA_INT.withName("count"),
            JAVA_INT.withName("dimension"),
            JAVA_INT.withName("query_dimension"),
            JAVA_INT.withName("element_bytes"),
            JAVA_INT.withName("bits"),
            JAVA_INT.withName("layout"),
            ADDRESS.withName("refined"),
            JAVA_INT.withName("refined_dimension"),
            JAVA_INT.withName("refined_bytes"),
            ADDRESS.withName("vertices"));
    private static final StructLayout SEARCH = MemoryLayout.structLayout(
            JAVA_INT.withName("k"),
            JAVA_INT.withName("effort"),
            JAVA_INT.withName("flights"),
            JAVA_INT.withName("room"),
            JAVA_FLOAT.withName("query_factor"),
            JAVA_FLOAT.withName("bias_factor"),
            JAVA_FLOAT.withName("distance_factor"),
            JAVA_INT.withName("kept"),
            ADDRESS.withName("filter"),
            ADDRESS.withName("stop"),
            ADDRESS.withName("refined_query"),
            JAVA_INT.withName("refined_product"),
            JAVA_INT.withName("visits"),
            JAVA_LONG.withName("patience"),
            JAVA_INT.withName("covered"),
            MemoryLayout.paddingLayout(4));
    private static final StructLayout BUILD = MemoryLayout.structLayout(
            ADDRESS.withName("codes"),
            ADDRESS.withName("norms"),
            ADDRESS.withName("sums"),
            ADDRESS.withName("neighbours"),
            ADDRESS.withName("degrees"),
            JAVA_INT.withName("count"),
            JAVA_INT.withName("dimension"),
            JAVA_INT.withName("capacity"),
            JAVA_INT.withName("degree"),
            JAVA_INT.withName("effort"),
            JAVA_INT.withName("entry"),
            JAVA_FLOAT.withName("alpha"),
            MemoryLayout.paddingLayout(4));

    static final long SEARCH_BYTES = SEARCH.byteSize();

    private static final long SEARCH_K = offset(SEARCH, "k");
    private static final long SEARCH_EFFORT = offset(SEARCH, "effort");
    private static final long SEARCH_FLIGHTS = offset(SEARCH, "flights");
    private static final long SEARCH_ROOM = offset(SEARCH, "room");
    private static final long SEARCH_QUERY_FACTOR = offset(SEARCH, "query_factor");
    private static final long SEARCH_BIAS_FACTOR = offset(SEARCH, "bias_factor");
    private static final long SEARCH_DISTANCE_FACTOR = offset(SEARCH, "distance_factor");
    private static final long SEARCH_KEPT = offset(SEARCH, "kept");
    private static final long SEARCH_FILTER = offset(SEARCH, "filter");
    private static final long SEARCH_STOP = offset(SEARCH, "stop");
    private static final long SEARCH_REFINED_QUERY = offset(SEARCH, "refined_query");
    private static final long SEARCH_REFINED_PRODUCT = offset(SEARCH, "refined_product");
    private static final long SEARCH_VISITS = offset(SEARCH, "visits");
    private static final long SEARCH_PATIENCE = offset(SEARCH, "patience");
    private static final long SEARCH_COVERED = offset(SEARCH, "covered");

    private GraphStructs() {}

    private static long offset(StructLayout layout, String field) {
        return layout.byteOffset(PathElement.groupElement(field));
    }

    static MemorySegment graph(Graph graph, Arena arena) {
        MemorySegment to = space(graph.space(), arena);
        to.set(ADDRESS, offset(GRAPH, "rows"), graph.rows());
        to.set(ADDRESS, offset(GRAPH, "ordinals"), graph.ordinals());
        to.set(ADDRESS, offset(GRAPH, "biases"), graph.biases());
        to.set(ADDRESS, offset(GRAPH, "vertices"), graph.vertices());
        to.set(ADDRESS, offset(GRAPH, "refined"), graph.refinement().rows());
        to.set(JAVA_INT, offset(GRAPH, "refined_dimension"), graph.refinement().dimension());
        to.set(JAVA_INT, offset(GRAPH, "refined_bytes"), graph.refinement().elementBytes());
        to.set(JAVA_LONG, offset(GRAPH, "row_bytes"), graph.space().rowBytes());
        to.set(JAVA_INT, offset(GRAPH, "count"), graph.count());
        return to;
    }

    /** A graph without vertices. */
    static MemorySegment space(GraphSpace space, Arena arena) {
        MemorySegment to = arena.allocate(GRAPH);
        to.set(ADDRESS, offset(GRAPH, "centre"), space.centre());
        to.set(ADDRESS, offset(GRAPH, "signs"), space.signs());
        to.set(JAVA_INT, offset(GRAPH, "dimension"), space.dimension());
        to.set(JAVA_INT, offset(GRAPH, "query_dimension"), space.queryDimension());
        to.set(JAVA_INT, offset(GRAPH, "element_bytes"), space.elementBytes());
        to.set(JAVA_INT, offset(GRAPH, "bits"), space.bits());
        to.set(JAVA_INT, offset(GRAPH, "layout"), space.layout().number());
        return to;
    }

    static MemorySegment build(GraphBuild build, Arena arena) {
        MemorySegment to = arena.allocate(BUILD);
        to.set(ADDRESS, offset(BUILD, "codes"), build.codes());
        to.set(ADDRESS, offset(BUILD, "norms"), build.norms());
        to.set(ADDRESS, offset(BUILD, "sums"), build.sums());
        to.set(ADDRESS, offset(BUILD, "neighbours"), build.neighbours());
        to.set(ADDRESS, offset(BUILD, "degrees"), build.degrees());
        to.set(JAVA_INT, offset(BUILD, "count"), build.count());
        to.set(JAVA_INT, offset(BUILD, "dimension"), build.dimension());
        to.set(JAVA_INT, offset(BUILD, "capacity"), GraphBuild.CAPACITY);
        to.set(JAVA_INT, offset(BUILD, "degree"), GraphSpace.DEGREE);
        to.set(JAVA_INT, offset(BUILD, "effort"), build.effort());
        to.set(JAVA_INT, offset(BUILD, "entry"), build.entry());
        to.set(JAVA_FLOAT, offset(BUILD, "alpha"), build.alpha());
        return to;
    }

    /** @param kept results before they are scored again */
    static void write(GraphSearch search, int kept, MemorySegment refinedQuery, boolean product, MemorySegment to) {
        to.set(JAVA_INT, SEARCH_K, search.k());
        to.set(JAVA_INT, SEARCH_EFFORT, search.effort());
        to.set(JAVA_INT, SEARCH_FLIGHTS, search.flights());
        to.set(JAVA_INT, SEARCH_ROOM, search.room());
        to.set(JAVA_FLOAT, SEARCH_QUERY_FACTOR, search.queryFactor());
        to.set(JAVA_FLOAT, SEARCH_BIAS_FACTOR, search.biasFactor());
        to.set(JAVA_FLOAT, SEARCH_DISTANCE_FACTOR, search.distanceFactor());
        to.set(ADDRESS, SEARCH_FILTER, search.filter().bits());
        to.set(ADDRESS, SEARCH_STOP, search.stop());
        to.set(JAVA_INT, SEARCH_KEPT, kept);
        to.set(ADDRESS, SEARCH_REFINED_QUERY, refinedQuery);
        to.set(JAVA_INT, SEARCH_REFINED_PRODUCT, product ? 1 : 0);
        to.set(JAVA_INT, SEARCH_VISITS, search.filter().visits());
        to.set(JAVA_LONG, SEARCH_PATIENCE, search.patience());
        to.set(JAVA_INT, SEARCH_COVERED, Math.min(kept, search.filter().covered()));
    }
}
