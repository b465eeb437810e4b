package org.vitalroutes.withings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.withings.JsonFieldException.Problem;

/**
 * The fields of one JSON object and the path to it. {@code required…} fails with a {@link
 * JsonFieldException} that names the path; {@code optional…} takes what cannot be read for absent,
 * as Withings writes absence as null, "", -1 or nothing. Numbers may be written as strings.
 */
record JsonFields(JsonNode node, String path) {
  private static final Pattern EPOCH = Pattern.compile("\\d{1,11}");
  private static final Pattern NUMBER = Pattern.compile("[+-]?\\d{1,40}(\\.\\d{1,40})?");

  /**
   * Instants outside these years are not readings but other units (milliseconds) or broken clocks.
   */
  private static final Instant EARLIEST = Instant.parse("1900-01-01T00:00:00Z");

  private static final Instant LATEST = Instant.parse("2100-01-01T00:00:00Z");

  JsonFields {
    if (!node.isObject()) {
      throw new JsonFieldException(path, Problem.WRONG_TYPE);
    }
  }

  BigDecimal requiredNumber(String field) {
    BigDecimal number = number(required(field));
    if (number == null) {
      throw new JsonFieldException(path(field), Problem.WRONG_TYPE);
    }
    return number;
  }

  long requiredLong(String field) {
    try {
      return requiredNumber(field).longValueExact();
    } catch (ArithmeticException e) {
      throw new JsonFieldException(path(field), Problem.OUT_OF_RANGE);
    }
  }

  int requiredInt(String field) {
    try {
      return requiredNumber(field).intValueExact();
    } catch (ArithmeticException e) {
      throw new JsonFieldException(path(field), Problem.OUT_OF_RANGE);
    }
  }

  /** An instant written as seconds since 1970. */
  Instant requiredInstant(String field) {
    long seconds = requiredLong(field);
    if (seconds < EARLIEST.getEpochSecond() || seconds >= LATEST.getEpochSecond()) {
      throw new JsonFieldException(path(field), Problem.OUT_OF_RANGE);
    }
    return Instant.ofEpochSecond(seconds);
  }

  /** As {@link #requiredInstant}; 0 counts as absent. */
  @Nullable Instant optionalInstant(String field) {
    Long seconds = optionalLong(field);
    return seconds == null || seconds <= 0 || seconds >= LATEST.getEpochSecond()
        ? null
        : Instant.ofEpochSecond(seconds);
  }

  @Nullable Long optionalLong(String field) {
    BigDecimal number = number(node.path(field));
    try {
      return number == null ? null : number.longValueExact();
    } catch (ArithmeticException e) {
      return null;
    }
  }

  @Nullable Integer optionalInt(String field) {
    BigDecimal number = number(node.path(field));
    try {
      return number == null ? null : number.intValueExact();
    } catch (ArithmeticException e) {
      return null;
    }
  }

  /** The day written as YYYY-MM-DD. */
  LocalDate requiredDate(String field) {
    String text = required(field).asText();
    try {
      return LocalDate.parse(text);
    } catch (DateTimeException e) {
      throw new JsonFieldException(path(field), Problem.WRONG_TYPE);
    }
  }

  /** Those of the fields that hold a number, in the order of their names. */
  SortedMap<String, BigDecimal> numbers(Collection<String> names) {
    SortedMap<String, BigDecimal> numbers = new TreeMap<>();
    for (String name : names) {
      BigDecimal number = number(node.path(name));
      if (number != null) {
        numbers.put(name, number);
      }
    }
    return numbers;
  }

  /** The numbers of an object whose names are seconds since 1970. */
  SortedMap<Instant, BigDecimal> numbersByInstant() {
    SortedMap<Instant, BigDecimal> numbers = new TreeMap<>();
    for (Map.Entry<String, JsonNode> each : node.properties()) {
      BigDecimal number = number(each.getValue());
      if (number != null && EPOCH.matcher(each.getKey()).matches()) {
        numbers.put(Instant.ofEpochSecond(Long.parseLong(each.getKey())), number);
      }
    }
    return numbers;
  }

  /** The objects of an object whose names are seconds since 1970; nothing else of it. */
  SortedMap<Instant, JsonFields> objectsByInstant() {
    SortedMap<Instant, JsonFields> objects = new TreeMap<>();
    for (Map.Entry<String, JsonNode> each : node.properties()) {
      if (each.getValue().isObject() && EPOCH.matcher(each.getKey()).matches()) {
        objects.put(
            Instant.ofEpochSecond(Long.parseLong(each.getKey())),
            new JsonFields(each.getValue(), path(each.getKey())));
      }
    }
    return objects;
  }

  /** The object in a field; an empty one when there is none. */
  JsonFields object(String field) {
    JsonNode value = node.path(field);
    return new JsonFields(
        value.isObject() ? value : JsonNodeFactory.instance.objectNode(), path(field));
  }

  @Nullable String optionalText(String field) {
    JsonNode value = node.path(field);
    String text = value.isTextual() || value.isNumber() ? value.asText().strip() : "";
    return text.isEmpty() ? null : text;
  }

  /** The zone, or UTC when it is absent or unknown to this JVM. */
  ZoneId zoneOrUtc(String field) {
    String id = optionalText(field);
    try {
      return id == null ? ZoneId.of("UTC") : ZoneId.of(id);
    } catch (DateTimeException e) {
      return ZoneId.of("UTC");
    }
  }

  /** 1, true, "1" and "true" are true; all else is false. */
  boolean flag(String field) {
    String text = node.path(field).asText();
    return text.equals("1") || text.equalsIgnoreCase("true");
  }

  boolean has(String field) {
    return node.hasNonNull(field);
  }

  /**
   * The elements of a list with their paths. PHP writes an empty list as {@code []} or <code>{}
   * </code>; missing and null are empty too.
   */
  List<Element> list(String field) {
    JsonNode list = node.path(field);
    if (!list.isContainerNode() && !list.isNull() && !list.isMissingNode()) {
      throw new JsonFieldException(path(field), Problem.WRONG_TYPE);
    }
    List<Element> elements = new ArrayList<>();
    for (JsonNode element : list) {
      elements.add(new Element(element, path(field) + "[" + elements.size() + "]"));
    }
    return elements;
  }

  String path(String field) {
    return path + "." + field;
  }

  private JsonNode required(String field) {
    if (!has(field)) {
      throw new JsonFieldException(path(field), Problem.MISSING);
    }
    return node.path(field);
  }

  private static @Nullable BigDecimal number(JsonNode value) {
    if (value.isNumber()) {
      try {
        return value.decimalValue();
      } catch (NumberFormatException e) {
        return null; // NaN and infinities
      }
    }
    String text = value.isTextual() ? value.textValue().strip() : "";
    return NUMBER.matcher(text).matches() ? new BigDecimal(text) : null;
  }

  /** One element of a list; whether it is an object is only known when its fields are asked for. */
  record Element(JsonNode node, String path) {
    JsonFields fields() {
      return new JsonFields(node, path);
    }
  }
}
