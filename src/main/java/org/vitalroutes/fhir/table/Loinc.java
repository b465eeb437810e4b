package org.vitalroutes.fhir.table;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What can be said about a LOINC code without LOINC's table. */
public final class Loinc {
  public static final String SYSTEM = "http://loinc.org";

  private static final Pattern CODE = Pattern.compile("\\d{1,7}-\\d");

  /** What a code really means, and for what of Withings that is right, as system/code. */
  private record Meaning(String text, Set<String> rightFor) {
    static Meaning never(String text) {
      return new Meaning(text, Set.of());
    }
  }

  /** Codes that public projects use for something they do not mean. Each was looked up. */
  private static final Map<String, Meaning> MISUSED =
      Map.ofEntries(
          Map.entry("88365-2", Meaning.never("glucose before a meal, no body composition panel")),
          Map.entry(
              "93831-6",
              new Meaning("deep sleep duration", Set.of("sleep-summary/deepsleepduration"))),
          Map.entry(
              "93832-4",
              new Meaning(
                  "sleep duration",
                  Set.of("sleep-summary/total_sleep_time", "sleep-summary/asleepduration"))),
          Map.entry(
              "8636-3", new Meaning("QTc interval, no R-R interval", Set.of("measure-type/138"))),
          Map.entry(
              "8625-6", new Meaning("P-R interval, no QT interval", Set.of("measure-type/136"))),
          Map.entry("8890-6", Meaning.never("an apical pulse, no 24 hour heart rate")),
          Map.entry("8891-4", Meaning.never("an apical pulse, no 24 hour heart rate")),
          Map.entry("20564-1", Meaning.never("oxygen saturation in blood, not by pulse oximetry")),
          Map.entry("60842-2", Meaning.never("absolute oxygen consumption, not per kg")),
          Map.entry("69990-0", Meaning.never("apnea hypopnea index of 24 hours")),
          Map.entry("90563-8", Meaning.never("an index of obstructive apnea only")),
          Map.entry("73707-2", Meaning.never("an area of visceral fat, no index")),
          Map.entry("101686-4", Meaning.never("a bone percentage, no mass")),
          Map.entry("101684-9", Meaning.never("a body water percentage, no mass")),
          Map.entry("73705-6", Meaning.never("intracellular fluid whose kind is not known")),
          Map.entry("73706-4", Meaning.never("extracellular fluid whose kind is not known")),
          Map.entry("94122-9", Meaning.never("VO2 measured at peak exercise; Withings estimates")),
          Map.entry("82286-6", Meaning.never("a predicted resting rate, no basal rate")),
          Map.entry("50042-1", Meaning.never("a metabolic index, no rate")),
          Map.entry("77592-4", Meaning.never("activity by the IPAQ questionnaire")),
          Map.entry("77593-2", Meaning.never("activity by the IPAQ questionnaire")));

  private Loinc() {}

  /** Whether the digit after the hyphen is the check digit (mod 10) of those before it. */
  static boolean hasCheckDigit(String code) {
    if (!CODE.matcher(code).matches()) {
      return false;
    }
    int hyphen = code.indexOf('-');
    int sum = 0;
    for (int i = hyphen - 1, place = 1; i >= 0; i--, place++) {
      int digit = code.charAt(i) - '0';
      int weighted = place % 2 == 1 ? digit * 2 : digit;
      sum += weighted > 9 ? weighted - 9 : weighted;
    }
    return (10 - sum % 10) % 10 == code.charAt(hyphen + 1) - '0';
  }

  /**
   * What the code really means, when it is known to be taken for something else.
   *
   * @param meant local code system and code, as {@code activity/steps}
   */
  static Optional<String> misuse(String code, String meant) {
    return Optional.ofNullable(MISUSED.get(code))
        .filter(meaning -> !meaning.rightFor().contains(meant))
        .map(Meaning::text);
  }

  static Set<String> misused() {
    return MISUSED.keySet();
  }
}
