package org.vitalroutes.bench;

import java.util.List;
import java.util.Locale;

/**
 * A figure and its ceiling, measured several times in turn.
 *
 * @param part of the suite
 * @param name of the quantity
 * @param unit of the samples
 * @param samples of Vitalroutes
 * @param ceilingName name of the ceiling; empty without one
 * @param ceiling samples of the ceiling, one for each of ours
 * @param goal for the ratio of the medians, or for the median without a ceiling
 * @param atMost whether the goal is an upper bound
 * @param note for the reader
 */
record Figure(
    String part,
    String name,
    String unit,
    List<Double> samples,
    String ceilingName,
    List<Double> ceiling,
    double goal,
    boolean atMost,
    String note) {

  static Figure against(
      String part,
      String name,
      String unit,
      List<Double> samples,
      String ceilingName,
      List<Double> ceiling,
      double goal,
      boolean atMost,
      String note) {
    return new Figure(
        part,
        name,
        unit,
        List.copyOf(samples),
        ceilingName,
        List.copyOf(ceiling),
        goal,
        atMost,
        note);
  }

  static Figure alone(
      String part,
      String name,
      String unit,
      List<Double> samples,
      double mostAllowed,
      String note) {
    return new Figure(
        part, name, unit, List.copyOf(samples), "", List.of(), mostAllowed, true, note);
  }

  double median() {
    return median(samples);
  }

  double ceilingMedian() {
    return median(ceiling);
  }

  /** The ratio of the medians, or the median itself. */
  double judged() {
    return ceiling.isEmpty() ? median() : median() / ceilingMedian();
  }

  boolean met() {
    return atMost ? judged() <= goal : judged() >= goal;
  }

  String goalText() {
    return (atMost ? "≤ " : "≥ ") + number(goal) + (ceiling.isEmpty() ? " " + unit : " ×");
  }

  static String number(double value) {
    if (value != 0 && Math.abs(value) < 10) {
      return String.format(Locale.ROOT, "%.2f", value);
    }
    return String.format(Locale.ROOT, Math.abs(value) < 100 ? "%.1f" : "%,.0f", value);
  }

  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
