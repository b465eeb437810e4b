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
 * @param events in chronological order
 * @param readable false when a part could not be read
 */
public record NightEvents(List<Event> events, boolean readable) {

  static final String FIELD = "night_events";

  private static final NightEvents NONE = new NightEvents(List.of(), true);
  private static final NightEvents UNREADABLE = new NightEvents(List.of(), false);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The most events that are accepted of one night. */
  private static final int MOST = 1000;

  /**
   * One event.
   *
   * @param kind Withings' number of the event
   */
  public record Event(int kind, Instant at) {}

  public NightEvents {
    events = List.copyOf(events);
  }

  /**
   * Reads the field. The live API sends text that contains JSON; the API description says an
   * object.
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
   * In the live API the first number counts seconds from the start of the night, and each further
   * number from the event before; the API description counts all from the start. The description is
   * followed when only its reading stays within the night.
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

  /** Only counts, because the events are health data. */
  @Override
  public String toString() {
    return "NightEvents[" + events.size() + "]";
  }
}
