package org.vitalroutes.withings;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Maps the names of device models to Withings' numbers, for rows that have only one of them. */
final class DeviceModels {

  /**
   * The first number of phones, apps and other makers' devices, whose data Withings only relays.
   */
  private static final int FIRST_RELAY = 1000;

  /** Model names of relayed data, in lower case and without spaces. */
  private static final List<String> RELAYS =
      List.of(
          "healthkit",
          "healthconnect",
          "googlefit",
          "samsunghealth",
          "huaweihealth",
          "iglucose",
          "lingo");

  private static final Map<String, Integer> NUMBERS =
      Map.ofEntries(
          Map.entry("smartbodyanalyzer", 4),
          Map.entry("body+", 5),
          Map.entry("bodycardio", 6),
          Map.entry("body", 7),
          Map.entry("bodypro", 9),
          Map.entry("bodyscan", 10),
          Map.entry("bodycomp", 18),
          Map.entry("bpmcore", 44),
          Map.entry("bpmconnect", 45),
          Map.entry("bpmconnectpro", 46),
          Map.entry("bpmvision", 48),
          Map.entry("thermo", 70),
          Map.entry("beamo", 71),
          Map.entry("scanwatch", 93),
          Map.entry("scanwatch2", 94),
          Map.entry("scanwatchlight", 95));

  /** What names of one model differ in. */
  private static final Pattern BESIDES = Pattern.compile("[^a-z0-9+]");

  private DeviceModels() {}

  /** The number of the model with this name; null when unknown. */
  static @Nullable Integer numberOf(String name) {
    String bare = bare(name);
    return NUMBERS.get(bare.startsWith("withings") ? bare.substring("withings".length()) : bare);
  }

  /** Whether the model is a phone, an app or another maker's device. */
  static boolean isRelayed(@Nullable Integer number, @Nullable String name) {
    return (number != null && number >= FIRST_RELAY)
        || (name != null && RELAYS.stream().anyMatch(bare(name)::contains));
  }

  private static String bare(String name) {
    return BESIDES.matcher(name.toLowerCase(Locale.ROOT)).replaceAll("");
  }
}
