package io.vecino.measure;

import io.vecino.model.SearchParams;
import io.vecino.model.TunePoint;

/** How to put a point into use. */
public final class TuneAdvice {
    private TuneAdvice() {}

    /** Lines to apply it and to go back, by the command line and by REST. */
    public static String apply(TunePoint point, String collection) {
        String search = point.oversample() == SearchParams.DEFAULT.oversample()
                ? ""
                : "search with \"params\": {\"oversample\": " + number(point.oversample()) + "}\n";
        return "vecino tune " + collection + " --data DIR --apply '" + point.pipeline() + "' --index " + point.index()
                + "\nvecino tune " + collection + " --data DIR --undo\n"
                + "POST /v1/collections/" + collection + ":apply {\"pipeline\": \"" + point.pipeline()
                + "\", \"index\": \"" + point.index() + "\"}\n" + search;
    }

    static String number(float value) {
        return value == Math.rint(value) ? String.valueOf((int) value) : String.valueOf(value);
    }
}
