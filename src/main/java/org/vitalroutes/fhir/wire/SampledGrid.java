package org.vitalroutes.fhir.wire;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Values of a series on a regular grid, as SampledData of R4 has it: a value for every period from
 * the start, {@code E} where there is none.
 *
 * @param step between two points, in the unit of the offsets
 * @param data as SampledData holds it
 */
record SampledGrid(long step, String data) {

  /** Points of a grid for each value in it. A grid with more gaps is split. */
  static final int MOST_POINTS_PER_VALUE = 1000;

  private static final String GAP = "E";

  /**
   * The grids that hold a series: one, or several where so few of its points had a value that gaps
   * would be nearly all of it. All begin at offset 0.
   *
   * @param offsets ascending, none negative, none twice
   * @param values as many
   */
  static List<SampledGrid> of(long[] offsets, String[] values) {
    List<SampledGrid> grids = new ArrayList<>();
    int from = 0;
    long step = 0;
    for (int to = 0; to < offsets.length; to++) {
      long wider = gcd(step, offsets[to]);
      if (to > from && isSparse(offsets[to], wider, to - from + 1)) {
        grids.add(grid(step, offsets, values, from, to));
        from = to;
        wider = offsets[to];
      }
      step = wider;
    }
    if (from < offsets.length) {
      grids.add(grid(step, offsets, values, from, offsets.length));
    }
    return grids;
  }

  private static boolean isSparse(long last, long step, int count) {
    return step > 0 && last / step > (long) MOST_POINTS_PER_VALUE * count;
  }

  private static SampledGrid grid(long step, long[] offsets, String[] values, int from, int to) {
    // A single value at the start has no distance to anything.
    long period = step == 0 ? 1 : step;
    String[] points = new String[Math.toIntExact(offsets[to - 1] / period + 1)];
    Arrays.fill(points, GAP);
    for (int i = from; i < to; i++) {
      points[Math.toIntExact(offsets[i] / period)] = values[i];
    }
    return new SampledGrid(period, String.join(" ", points));
  }

  private static long gcd(long a, long b) {
    return b == 0 ? a : gcd(b, a % b);
  }
}
