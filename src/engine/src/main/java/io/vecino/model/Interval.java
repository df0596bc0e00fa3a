package io.vecino.model;

/** A 95 % confidence interval of a mean over queries. */
public record Interval(double low, double high) {}
