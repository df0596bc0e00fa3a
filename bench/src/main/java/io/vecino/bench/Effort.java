package io.vecino.bench;

import io.vecino.model.EngineException;
import io.vecino.model.SearchParams;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One setting of the search parameters in a sweep. */
record Effort(SearchParams params) {
    /** From {@code efSearch=10,16}, {@code nprobe=1,4} or nothing. */
    static List<Effort> parse(@Nullable String sweep, float oversample) {
        if (sweep == null) {
            return List.of(of(OptionalInt.empty(), OptionalInt.empty(), oversample));
        }
        int equals = sweep.indexOf('=');
        String name = equals < 0 ? sweep : sweep.substring(0, equals);
        if (equals < 0 || !(name.equals("efSearch") || name.equals("nprobe"))) {
            throw new EngineException.InvalidArgument("--sweep", "efSearch=… or nprobe=…", sweep);
        }
        return Arrays.stream(sweep.substring(equals + 1).split(",", -1))
                .map(value -> OptionalInt.of(number(value)))
                .map(value -> name.equals("efSearch")
                        ? of(value, OptionalInt.empty(), oversample)
                        : of(OptionalInt.empty(), value, oversample))
                .toList();
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text.strip());
        } catch (NumberFormatException e) {
            throw new EngineException.InvalidArgument("--sweep", "whole numbers separated by commas", text);
        }
    }

    private static Effort of(OptionalInt efSearch, OptionalInt nprobe, float oversample) {
        return new Effort(new SearchParams(efSearch, nprobe, oversample, false));
    }

    /** The parameters that were set, by name. */
    Map<String, Object> named() {
        Map<String, Object> named = new TreeMap<>();
        params.efSearch().ifPresent(value -> named.put("efSearch", value));
        params.nprobe().ifPresent(value -> named.put("nprobe", value));
        if (params.oversample() > 1) {
            named.put("oversample", params.oversample());
        }
        return named;
    }
}
