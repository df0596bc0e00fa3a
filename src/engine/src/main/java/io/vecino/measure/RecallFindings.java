package io.vecino.measure;

import io.vecino.model.IndexSpec;
import io.vecino.model.Pipeline;
import io.vecino.model.RecallStage;
import io.vecino.model.RecallStage.Step;
import io.vecino.model.SearchParams;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the steps of a search say, in sentences. */
final class RecallFindings {
    private static final double NOTHING = 0.05;
    private static final double GOOD = 0.99;

    private final Pipeline pipeline;
    private final IndexSpec index;
    private final SearchParams params;
    private final List<RecallStage> stages;
    private final List<String> sentences = new ArrayList<>();

    private RecallFindings(Pipeline pipeline, IndexSpec index, SearchParams params, List<RecallStage> stages) {
        this.pipeline = pipeline;
        this.index = index;
        this.params = params;
        this.stages = stages;
    }

    static List<String> of(
            Pipeline pipeline, IndexSpec index, SearchParams params, List<RecallStage> stages, int k, boolean sampled) {
        RecallFindings findings = new RecallFindings(pipeline, index, params, stages);
        findings.add(k);
        if (sampled) {
            findings.say(
                    "The queries are stored points, which the pipeline may have been trained on: queries of your users, "
                            + "given as a file, tell more.");
        }
        return findings.sentences;
    }

    private void say(String sentence) {
        sentences.add(sentence);
    }

    private static String two(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    private void add(int k) {
        double unfiltered = recall(Step.RESCORING).orElse(1.0);
        say("Of " + k + " true neighbours a search returns " + two(k * unfiltered) + " on average.");
        List<RecallStage> costly = stages.stream()
                .filter(stage -> stage.step().compareTo(Step.RESCORING) < 0 && stage.lost() > NOTHING)
                .sorted(Comparator.comparingDouble(stage -> -stage.lost()))
                .toList();
        if (costly.isEmpty()) {
            say("Codes and index lose nothing to speak of.");
        }
        for (RecallStage stage : costly) {
            String chance = stage.lostInterval().low() <= 0 ? ", which may be chance" : "";
            say(subject(stage.step()) + " costs " + two(stage.lost()) + " points" + chance + advice(stage.step())
                    + ".");
        }
        rescoring(unfiltered);
        stages.stream().filter(stage -> stage.step() == Step.FILTER).findFirst().ifPresent(this::filter);
    }

    private String subject(Step step) {
        return switch (step) {
            case REDUCTION -> "The reduction (" + name(pipeline) + ")";
            case QUANTIZER -> "The code (" + pipeline.quantizer() + ")";
            case INDEX -> "The index (" + index + ")";
            case RESCORING, FILTER -> step.id();
        };
    }

    private static String name(Pipeline pipeline) {
        String text = pipeline.toString();
        return text.substring(0, text.indexOf('/'));
    }

    private static String advice(Step step) {
        return switch (step) {
            case REDUCTION -> "; more dimensions cost less, and distill often less than pca at the same size";
            case QUANTIZER -> "; a code of more bits costs less";
            case INDEX -> "; a higher efSearch or nprobe costs less";
            case RESCORING, FILTER -> "";
        };
    }

    private void rescoring(double after) {
        Optional<Double> before = recall(Step.INDEX);
        double back = before.map(index -> 100 * (after - index)).orElse(0.0);
        if (back > NOTHING) {
            say("Rescoring " + number(params.oversample()) + " candidates per result wins " + two(back)
                    + " points back.");
        }
        if (after < GOOD && before.isPresent()) {
            say(
                    params.oversample() <= 1
                            ? "Nothing is rescored: oversample 4 or more would win some of it back."
                            : "A larger oversample than " + number(params.oversample())
                                    + " may win more of the rest back.");
        }
    }

    private static String number(float value) {
        return value == Math.rint(value) ? String.valueOf((int) value) : String.valueOf(value);
    }

    private void filter(RecallStage stage) {
        if (Math.abs(stage.lost()) <= NOTHING) {
            say("The filter costs nothing.");
        } else if (stage.lost() > 0) {
            say("Under the filter " + two(stage.lost()) + " points more are lost.");
        } else {
            say("Under the filter searches find " + two(-stage.lost()) + " points more.");
        }
    }

    private Optional<Double> recall(Step step) {
        return stages.stream()
                .filter(stage -> stage.step() == step)
                .map(RecallStage::recall)
                .findFirst();
    }
}
