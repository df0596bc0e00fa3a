package io.vecino.model;

/**
 * What codes keep of the vectors they stand for.
 *
 * @param k neighbours compared
 * @param recall share of the k nearest by exact search that a scan of the codes finds, without rescoring
 * @param scoreError mean of |estimate − exact|, relative to the squared distance for Euclidean vectors and to the product of
 *     the lengths for inner product
 */
public record CodeQuality(int k, double recall, double scoreError) {}
