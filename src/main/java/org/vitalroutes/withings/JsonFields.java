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
import org.vitalroutes.provider.ProviderUnavailableException;
import org.vitalroutes.withings.JsonFieldException.Problem;

/**
 * The fields of one JSON object and the path to it. {@code required…} fails with a {@link
 * JsonFieldException} that names the path; {@code optional…} treats null, "" and a missing field as
 * absent, and also a value that cannot be read, which is recorded in the {@link Reading}. Numbers
 * may be written as strings, or as an object with the number as its {@code value}.
 */
record JsonFields(JsonNode node, String path, Reading reading) {
  private static final Pattern INDEX = Pattern.compile("\\d{1,9}");
  private static final Pattern EPOCH = Pattern.compile("\\d{1,11}");
  private static final int MAX_EXPONENT = 20;
  private static final Pattern NUMBER = Pattern.compile("[+-]?\\d{1,40}(\\.\\d{1,40})?");

  /** Seconds beyond these years are milliseconds, or a broken clock: no date that is plausible. */
  private static final long FIRST_SECOND = Instant.parse("0001-01-01T00:00:00Z").getEpochSecond();

  private static final long LAST_SECOND = Instant.parse("9999-12-31T00:00:00Z").getEpochSecond();

  private static final String WITHOUT_LIST = "Withings answered without its list";
  private static final List<String> TAKES_BACK = List.of("is_deleted", "deleted");

  JsonFields {
    if (!node.isObject()) {
      throw new JsonFieldException(path, Problem.WRONG_TYPE);
    }
  }

  JsonFields(JsonNode node, String path) {
    this(node, path, new Reading());
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

  /** An instant written as seconds since 1970; the translators check whether it is plausible. */
  Instant requiredInstant(String field) {
    return Instant.ofEpochSecond(
        Math.max(FIRST_SECOND, Math.min(requiredLong(field), LAST_SECOND)));
  }

  /** As {@link #requiredInstant}; 0 counts as absent. */
  @Nullable Instant optionalInstant(String field) {
    Long seconds = optionalLong(field);
    return seconds == null || seconds <= 0 || seconds >= LAST_SECOND
        ? null
        : Instant.ofEpochSecond(seconds);
  }

  @Nullable Long optionalLong(String field) {
    BigDecimal number = optionalNumber(field);
    try {
      return number == null ? null : number.longValueExact();
    } catch (ArithmeticException e) {
      reading.unreadable(field);
      return null;
    }
  }

  @Nullable Integer optionalInt(String field) {
    BigDecimal number = optionalNumber(field);
    try {
      return number == null ? null : number.intValueExact();
    } catch (ArithmeticException e) {
      reading.unreadable(field);
      return null;
    }
  }

  /**
   * A whole number in a field that may also hold text; text counts as absent and is not recorded as
   * odd.
   */
  @Nullable Integer intIfNumber(String field) {
    BigDecimal number = number(node.path(field));
    try {
      return number == null ? null : number.intValueExact();
    } catch (ArithmeticException e) {
      return null;
    }
  }

  @Nullable BigDecimal optionalNumber(String field) {
    JsonNode value = node.path(field);
    if (value.isObject() && new JsonFields(value, path(field), reading).isTakenBack()) {
      reading.takenBack(field);
      return null;
    }
    BigDecimal number = number(value);
    if (number == null && isGiven(value)) {
      reading.unreadable(field);
    }
    return number;
  }

  private static boolean isGiven(JsonNode value) {
    return !value.isNull()
        && !value.isMissingNode()
        && !(value.isTextual() && value.textValue().isBlank());
  }

  /** Whether Withings marks the object as deleted. */
  boolean isTakenBack() {
    return TAKES_BACK.stream().anyMatch(this::flag);
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

  /** The fields of these names that hold a number, in the order of their names. */
  SortedMap<String, BigDecimal> numbers(Collection<String> names) {
    SortedMap<String, BigDecimal> numbers = new TreeMap<>();
    for (String name : names) {
      BigDecimal number = optionalNumber(name);
      if (number != null) {
        numbers.put(name, number);
      }
    }
    return numbers;
  }

  /** The numbers of an object whose names are seconds since 1970; null is no number. */
  SortedMap<Instant, BigDecimal> numbersByInstant(String field) {
    SortedMap<Instant, BigDecimal> numbers = new TreeMap<>();
    JsonNode values = node.path(field);
    if (!values.isObject()) {
      if (isGiven(values) && !values.isEmpty()) {
        reading.unreadable(field);
      }
      return numbers;
    }
    for (Map.Entry<String, JsonNode> each : values.properties()) {
      BigDecimal number = number(each.getValue());
      if (number != null && EPOCH.matcher(each.getKey()).matches()) {
        numbers.put(Instant.ofEpochSecond(Long.parseLong(each.getKey())), number);
      } else if (isGiven(each.getValue())) {
        reading.unreadable(field);
      }
    }
    return numbers;
  }

  /** The objects of an object whose names are seconds since 1970; other entries are left out. */
  SortedMap<Instant, JsonFields> objectsByInstant() {
    SortedMap<Instant, JsonFields> objects = new TreeMap<>();
    for (Map.Entry<String, JsonNode> each : node.properties()) {
      if (each.getValue().isObject() && EPOCH.matcher(each.getKey()).matches()) {
        objects.put(
            Instant.ofEpochSecond(Long.parseLong(each.getKey())),
            new JsonFields(each.getValue(), path(each.getKey()), reading));
      }
    }
    return objects;
  }

  /**
   * The object in a field; an empty object when there is none or an empty list, as PHP writes it.
   */
  JsonFields object(String field) {
    JsonNode value = node.path(field);
    if (!value.isObject() && isGiven(value) && !(value.isArray() && value.isEmpty())) {
      reading.unreadable(field);
    }
    return new JsonFields(
        value.isObject() ? value : JsonNodeFactory.instance.objectNode(), path(field), reading);
  }

  @Nullable String optionalText(String field) {
    JsonNode value = node.path(field);
    String text = value.isTextual() || value.isNumber() ? value.asText().strip() : "";
    return text.isEmpty() ? null : text;
  }

  /**
   * The time zone; UTC when there is none, the account's last known zone when this JVM does not
   * know the name.
   */
  ZoneId zone(String field) {
    String id = optionalText(field);
    try {
      return id == null ? ZoneId.of("UTC") : reading.zone(ZoneId.of(id));
    } catch (DateTimeException e) {
      return reading.unknownZone(field);
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
   * The rows of an answer, with their paths. An answer without its list does not prove that there
   * are no rows. PHP writes an empty list as {@code []} or <code>{}</code>, and a list with gaps as
   * an object whose names are numbers.
   *
   * @throws ProviderUnavailableException when the list is missing, null, or no list
   */
  List<Element> rows(String field) {
    JsonNode list = given(node, field);
    if (!isList(list)) {
      throw new ProviderUnavailableException(WITHOUT_LIST, null);
    }
    return elements(field, list);
  }

  /**
   * The list of a reply's {@code body}, or the object in its place.
   *
   * @throws ProviderUnavailableException when it is missing, null, or a single value
   */
  static JsonNode given(JsonNode body, String field) {
    JsonNode list = body.path(field);
    if (!list.isContainerNode()) {
      throw new ProviderUnavailableException(WITHOUT_LIST, null);
    }
    return list;
  }

  /** The elements of a list within a row; none when the field is no list, which is recorded. */
  List<Element> list(String field) {
    JsonNode list = node.path(field);
    if (!isList(list)) {
      reading.unreadable(field);
      return List.of();
    }
    return elements(field, list);
  }

  private List<Element> elements(String field, JsonNode list) {
    List<Element> elements = new ArrayList<>();
    for (JsonNode element : list) {
      elements.add(new Element(element, path(field) + "[" + elements.size() + "]", reading));
    }
    return elements;
  }

  private static boolean isList(JsonNode node) {
    return node.isArray()
        || (node.isObject()
            && node.properties().stream().allMatch(each -> INDEX.matcher(each.getKey()).matches()));
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
    if (value.isObject() && !value.path("value").isObject()) {
      return scaled(number(value.path("value")), value.path("unit"));
    }
    String text = value.isTextual() ? value.textValue().strip() : "";
    return NUMBER.matcher(text).matches() ? new BigDecimal(text) : null;
  }

  /** A {@code unit} beside a {@code value} is a power of ten, as in a measure. */
  private static @Nullable BigDecimal scaled(@Nullable BigDecimal value, JsonNode unit) {
    if (value == null || unit.isMissingNode() || unit.isNull()) {
      return value;
    }
    return unit.canConvertToInt() && Math.abs(unit.intValue()) <= MAX_EXPONENT
        ? value.scaleByPowerOfTen(unit.intValue())
        : null;
  }

  /** One element of a list; reading its fields fails when it is no object. */
  record Element(JsonNode node, String path, Reading reading) {
    JsonFields fields() {
      return new JsonFields(node, path, reading);
    }
  }
}
