package org.vitalroutes.withings;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * What happened in a night and when: {@code night_events} of {@code sleep getsummary}.
 *
 * @param events in the order of time
 * @param readable false when something was there that could not be read
 */
public record NightEvents(List<Event> events, boolean readable) {

  static final String FIELD = "night_events";

  private static final NightEvents NONE = new NightEvents(List.of(), true);
  private static final NightEvents UNREADABLE = new NightEvents(List.of(), false);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** More would be no night. */
  private static final int MOST = 1000;

  /**
   * One event.
   *
   * @param kind what happened, as Withings numbers it
   */
  public record Event(int kind, Instant at) {}

  public NightEvents {
    events = List.copyOf(events);
  }

  /**
   * Reads the field. Live it is a text with JSON in it; the API description has an object there.
   */
  static NightEvents of(JsonFields data, Instant start, Instant end) {
    JsonNode field = data.node().path(FIELD);
    JsonNode kinds = field.isTextual() ? parsed(field.textValue()) : field;
    if (kinds.isNull() || field.isMissingNode() || (kinds.isContainerNode() && kinds.isEmpty())) {
      return NONE;
    }
    if (!kinds.isObject()) {
      return UNREADABLE;
    }
    List<Event> events = new ArrayList<>();
    for (Map.Entry<String, JsonNode> kind : kinds.properties()) {
      if (!kind.getKey().matches("\\d{1,3}") || !read(kind, start, end, events)) {
        return UNREADABLE;
      }
    }
    events.sort(Comparator.comparing(Event::at).thenComparing(Event::kind));
    return new NightEvents(events, true);
  }

  /**
   * Live the first number is counted from the beginning of the night and each other from the one
   * before it; the API description has all counted from the beginning. Where the sum would leave
   * the night and the numbers do not, they are as described.
   */
  private static boolean read(
      Map.Entry<String, JsonNode> kind, Instant start, Instant end, List<Event> events) {
    List<Long> given = new ArrayList<>();
    for (JsonNode seconds : kind.getValue()) {
      if (!seconds.canConvertToExactIntegral() || seconds.longValue() < 0 || given.size() == MOST) {
        return false;
      }
      given.add(seconds.longValue());
    }
    long length = end.getEpochSecond() - start.getEpochSecond();
    if (given.stream().anyMatch(seconds -> seconds > length)) {
      return false;
    }
    boolean sums = given.stream().mapToLong(Long::longValue).sum() <= length;
    long before = 0;
    for (long seconds : given) {
      before = sums ? before + seconds : seconds;
      events.add(new Event(Integer.parseInt(kind.getKey()), start.plusSeconds(before)));
    }
    return true;
  }

  private static JsonNode parsed(String text) {
    try {
      return text.isBlank() ? JSON.nullNode() : JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }

  /** Counts only: the rest is health data. */
  @Override
  public String toString() {
    return "NightEvents[" + events.size() + "]";
  }
}
