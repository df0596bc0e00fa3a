package io.vecino.model;

/**
 * How well a ranking answers queries whose relevant points are known, averaged over the queries that have any.
 *
 * @param queries that have relevant points
 * @param hit share of them with a relevant point among the first k
 * @param reciprocalRank mean of 1/rank of the first relevant point among the first k, 0 if there is none (MRR)
 * @param ndcg normalised discounted cumulative gain of the first k, all relevant points alike (Järvelin, Kekäläinen 2002)
 */
public record RankingQuality(int queries, double hit, double reciprocalRank, double ndcg) {}
