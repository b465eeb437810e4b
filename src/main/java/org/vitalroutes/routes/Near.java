package org.vitalroutes.routes;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Names that are written almost alike. */
final class Near {

  private static final LevenshteinDistance DISTANCE = LevenshteinDistance.getDefaultInstance();

  private Near() {}

  /** A question for the name that was meant, if one is near; else nothing. */
  static String suggestion(String wrong, Collection<String> right) {
    return right.stream()
        .filter(
            name ->
                DISTANCE.apply(wrong, name) <= Math.max(1, wrong.length() / 4)
                    || Arrays.equals(letters(wrong), letters(name)))
        .min(
            Comparator.comparing((String name) -> DISTANCE.apply(wrong, name))
                .thenComparing(name -> Math.abs(name.length() - wrong.length())))
        .map(name -> "; did you mean " + name + "?")
        .orElse("");
  }

  /** The letters without their order, as two are often exchanged. */
  private static int[] letters(String name) {
    return name.chars().sorted().toArray();
  }
}
