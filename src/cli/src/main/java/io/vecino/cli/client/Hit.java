package io.vecino.cli.client;

import tools.jackson.databind.JsonNode;

/** A point found, with the payload it was stored with. */
public record Hit(double score, JsonNode payload) {}
