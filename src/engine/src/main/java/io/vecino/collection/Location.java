package io.vecino.collection;

import io.vecino.segment.Segment;

/** Where a point lives. */
record Location(Segment segment, int ordinal) {}
