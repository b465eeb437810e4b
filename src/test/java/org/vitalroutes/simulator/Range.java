package org.vitalroutes.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.LocalDate;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/** The rows that a call requests: either of a time range or changed since an instant. */
final class Range {
  private Range() {}

  /**
   * {@code startdate} and {@code enddate} in seconds, both optional and inclusive, or {@code
   * lastupdate}.
   */
  static Predicate<ObjectNode> ofSeconds(Call call, String field) {
    OptionalLong since = call.number("lastupdate");
    OptionalLong start = call.number("startdate");
    OptionalLong end = call.number("enddate");
    if (since.isPresent()) {
      requireAlone(start.isPresent() || end.isPresent());
      return changedAfter(since.getAsLong());
    }
    long from = start.orElse(Long.MIN_VALUE);
    long to = end.orElse(Long.MAX_VALUE);
    return row -> row.path(field).asLong() >= from && row.path(field).asLong() <= to;
  }

  /**
   * {@code startdateymd} and {@code enddateymd}, both required and inclusive, or {@code
   * lastupdate}.
   */
  static Predicate<ObjectNode> ofDays(Call call) {
    OptionalLong since = call.number("lastupdate");
    Optional<LocalDate> start = call.date("startdateymd");
    Optional<LocalDate> end = call.date("enddateymd");
    if (since.isPresent()) {
      requireAlone(start.isPresent() || end.isPresent());
      return changedAfter(since.getAsLong());
    }
    String from = start.orElseThrow(() -> RefusedException.invalid("startdateymd")).toString();
    String to = end.orElseThrow(() -> RefusedException.invalid("enddateymd")).toString();
    // Days in the format YYYY-MM-DD sort as text.
    return row ->
        row.path("date").asText().compareTo(from) >= 0
            && row.path("date").asText().compareTo(to) <= 0;
  }

  private static void requireAlone(boolean dates) {
    if (dates) {
      throw RefusedException.invalid("lastupdate");
    }
  }

  private static Predicate<ObjectNode> changedAfter(long since) {
    return row -> modified(row) > since;
  }

  /** Time of the last change of a row; old rows have no {@code modified}. */
  private static long modified(JsonNode row) {
    for (String field : new String[] {"modified", "created", "timestamp", "date"}) {
      if (row.path(field).isNumber()) {
        return row.path(field).asLong();
      }
    }
    return Long.MIN_VALUE;
  }
}
