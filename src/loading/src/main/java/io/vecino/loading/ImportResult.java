package io.vecino.loading;

/**
 * What an import has done.
 *
 * @param rows read, those of an earlier attempt that was resumed included
 * @param stored of these, acknowledged
 * @param rejected of these, not valid
 * @param resumedAt row at which this attempt began
 */
public record ImportResult(long rows, long stored, long rejected, long resumedAt) {}
