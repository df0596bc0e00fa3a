package io.vecino.model;

/**
 * How much two embeddings of the same things agree.
 *
 * @param shared things that both have and that were compared
 * @param cka linear centred kernel alignment, 0 to 1 (arXiv 1905.00414)
 * @param svcca mean canonical correlation of the directions that hold 99 % of the variance, 0 to 1 (arXiv 1706.05806)
 * @param neighbours share of the ten nearest in one that are among the ten nearest in the other
 */
public record Alignment(int shared, double cka, double svcca, double neighbours) {}
