package io.vecino.model;

import java.util.List;

/**
 * What vectors are like, without labels.
 *
 * @param points that there are
 * @param rows sampled from them
 * @param norms lengths of the vectors
 * @param effectiveRank exponential of the entropy of the normalised singular values (RankMe, arXiv 2210.02885)
 * @param meanCosine of random pairs; 0 for centred directions
 * @param isoScore 1 for equal variance in all directions, 0 for all of it in one (arXiv 2108.07344)
 * @param twoNn intrinsic dimension from the ratios of the two nearest distances (Facco et al. 2017)
 * @param localDimension intrinsic dimension by maximum likelihood, median over points (Levina, Bickel 2004)
 * @param hubness skewness of how often points are among the ten nearest of others (Radovanović et al. 2010)
 * @param neverNear share of points that are among the ten nearest of none
 * @param duplicates share of points that equal another
 * @param nearDuplicates share of points whose nearest neighbour has a cosine of about .98 or more
 * @param separability 0 to 1: how much shorter the links of the minimum spanning tree are than distances of random pairs, which
 *     is what H0 persistence says of clusters
 * @param redundancy recall of shorter vectors
 * @param findings what to make of it
 * @param worthTrying pipelines that suit
 * @param seconds it took
 */
public record Inspection(
        Metric metric,
        int dimension,
        long points,
        int rows,
        Norms norms,
        double effectiveRank,
        double meanCosine,
        double isoScore,
        double twoNn,
        double localDimension,
        double hubness,
        double neverNear,
        double duplicates,
        double nearDuplicates,
        double separability,
        List<Shorter> redundancy,
        List<String> findings,
        List<Pipeline> worthTrying,
        double seconds) {
    public Inspection {
        redundancy = List.copyOf(redundancy);
        findings = List.copyOf(findings);
        worthTrying = List.copyOf(worthTrying);
    }

    /** Lengths: mean, standard deviation, and the 0th, 50th and 100th percentile. */
    public record Norms(double mean, double deviation, double least, double median, double most) {}

    /**
     * Recall@10 of shorter vectors, by exact search of them.
     *
     * @param first of the first coordinates
     * @param pca of as many principal components
     * @param rescored of these, when four candidates per result are scored with the originals
     */
    public record Shorter(int dims, double first, double pca, double rescored) {}
}
