package org.vitalroutes.bench;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * All figures of a run.
 *
 * @param at end of the run
 * @param machine processor and Java
 * @param loadBefore load average of the machine before the run
 * @param figures in the order of measurement
 */
record Report(Instant at, String machine, double loadBefore, List<Figure> figures) {

  private static final int BAR = 20;

  /** Formats a figure for the console. */
  static String line(Figure figure) {
    return (figure.met() ? "met     " : "missed  ")
        + figure.name()
        + ": "
        + Figure.number(figure.median())
        + " "
        + figure.unit()
        + (figure.ceiling().isEmpty()
            ? ""
            : ", "
                + Figure.number(figure.judged())
                + " × "
                + figure.ceilingName()
                + " ("
                + Figure.number(figure.ceilingMedian())
                + ")")
        + ", goal "
        + figure.goalText();
  }

  String markdown() {
    StringBuilder text = new StringBuilder();
    text.append("# Benchmark report\n\n")
        .append(at)
        .append(" on ")
        .append(machine)
        .append("; load average before: ")
        .append(String.format(Locale.ROOT, "%.2f", loadBefore))
        .append(".\nEach figure is the median of its samples; a ceiling was measured in turn with")
        .append(" it, in the same run.\n\n")
        .append(
            "| part | what | measured | ceiling | ratio | goal | |\n|---|---|---|---|---|---|---|\n");
    for (Figure figure : figures) {
      text.append("| ").append(figure.part());
      text.append(" | ").append(figure.name());
      text.append(figure.note().isEmpty() ? "" : " (" + figure.note() + ")");
      text.append(" | ").append(Figure.number(figure.median())).append(' ').append(figure.unit());
      text.append(" | ");
      if (!figure.ceiling().isEmpty()) {
        text.append(Figure.number(figure.ceilingMedian()))
            .append(": ")
            .append(figure.ceilingName());
        text.append(" | ").append(Figure.number(figure.judged())).append(" × ");
      } else {
        text.append(" | ");
      }
      text.append(" | ").append(figure.goalText());
      text.append(" | ").append(figure.met() ? "met" : "**missed**").append(" |\n");
    }
    text.append("\nHow far each goes towards its goal (a full bar meets it):\n\n```\n");
    int width = figures.stream().mapToInt(figure -> figure.name().length()).max().orElse(0);
    for (Figure figure : figures) {
      if (figure.goal() > 0) {
        double share =
            figure.atMost() ? figure.goal() / figure.judged() : figure.judged() / figure.goal();
        int filled = (int) Math.min(BAR, Math.round(share * BAR));
        text.append(String.format(Locale.ROOT, "%-" + width + "s ", figure.name()))
            .append("█".repeat(filled))
            .append("░".repeat(BAR - filled))
            .append(String.format(Locale.ROOT, " %.0f %%%n", share * 100));
      }
    }
    text.append("```\n\nSamples:\n\n");
    for (Figure figure : figures) {
      text.append("- ").append(figure.name()).append(": ").append(numbers(figure.samples()));
      if (!figure.ceiling().isEmpty()) {
        text.append("; ")
            .append(figure.ceilingName())
            .append(": ")
            .append(numbers(figure.ceiling()));
      }
      text.append('\n');
    }
    return text.toString();
  }

  private static String numbers(List<Double> values) {
    return values.stream().map(Figure::number).collect(Collectors.joining(", "));
  }
}
