package org.vitalroutes.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Replaces in answers of Withings everything that tells whose they are, and keeps what a case
 * needs: the form, the values and the distances in time.
 *
 * <p>A text stays only under a name that is known to be harmless. The same id has the same
 * substitute in all answers.
 */
final class Anonymizer {
  private static final int DAY = 86_400;

  /** Whole weeks and about a year, so that a day of the week and the season stay. */
  private static final int DAYS_OF_YEAR = 364;

  private static final long FIRST_TIME = 1_000_000_000;
  private static final long NO_END = Integer.MAX_VALUE;
  private static final long FIRST_ID = 1_000_000;

  private static final Set<String> TEXTS =
      Set.of("battery", "error", "model", "timezone", "type", "unit");

  /** Long numbers that are no ids. */
  private static final Set<String> VALUES = Set.of("signal", "value");

  private static final Set<String> NO_IDS = Set.of("modelid", "model_id");

  private static final Pattern PERSONAL =
      Pattern.compile(
          "(.*_)?(lat|lon|lng|gps|geo|ip|mac|sex|zip)(_.*)?"
              + "|.*(address|birth|city|country|gender|latitude|location|longitude|mail|name|phone"
              + "|postal|secret|token).*");

  private static final Pattern DATE = Pattern.compile("(\\d{4}-\\d{2}-\\d{2})([T ].*)?");
  private static final Pattern INTEGER = Pattern.compile("-?\\d{1,18}");
  private static final Pattern FIELD_NAME = Pattern.compile("[a-z][a-z0-9_]{0,39}");

  private final int daysBack;
  private final Map<String, Integer> ids = new HashMap<>();
  private final Map<String, Integer> texts = new HashMap<>();

  /**
   * Moves all times into the past.
   *
   * @param years of 52 weeks
   */
  Anonymizer(int years) {
    this.daysBack = years * DAYS_OF_YEAR;
  }

  /** A copy of an answer without personal details. */
  JsonNode replace(JsonNode answer) {
    return replace("", answer, false);
  }

  private JsonNode replace(String field, JsonNode node, boolean inPersonal) {
    String name = field.toLowerCase(Locale.ROOT);
    boolean personal = inPersonal || PERSONAL.matcher(name).matches();
    if (node instanceof ObjectNode object) {
      ObjectNode copy = Json.object();
      object
          .properties()
          .forEach(
              each ->
                  copy.set(
                      fieldName(each.getKey()), replace(each.getKey(), each.getValue(), personal)));
      return copy;
    }
    if (node instanceof ArrayNode array) {
      ArrayNode copy = Json.array();
      array.forEach(each -> copy.add(replace(field, each, personal)));
      return copy;
    }
    if (node.isIntegralNumber()) {
      return personal ? IntNode.valueOf(0) : LongNode.valueOf(number(name, node.asLong()));
    }
    if (node.isNumber()) {
      return personal ? IntNode.valueOf(0) : node;
    }
    return node.isTextual() ? TextNode.valueOf(text(name, node.asText(), personal)) : node;
  }

  /** Some objects have a moment in place of a name. */
  private String fieldName(String name) {
    if (INTEGER.matcher(name).matches()) {
      return Long.toString(number("", Long.parseLong(name)));
    }
    return FIELD_NAME.matcher(name).matches() ? name : text("", name, true);
  }

  private long number(String name, long number) {
    if (isId(name)) {
      return FIRST_ID + idOf(Long.toString(number));
    }
    if (VALUES.contains(name) || Math.abs(number) < FIRST_ID || number == NO_END) {
      return number;
    }
    return number >= FIRST_TIME && number < NO_END
        ? number - (long) daysBack * DAY
        : FIRST_ID + idOf(Long.toString(number));
  }

  private String text(String name, String text, boolean personal) {
    if (text.isBlank()) {
      return text;
    }
    if (personal) {
      return unknown(text);
    }
    if (INTEGER.matcher(text).matches()) {
      return Long.toString(number(name, Long.parseLong(text)));
    }
    if (isId(name)) {
      return String.format(Locale.ROOT, "%040x", FIRST_ID + idOf(text));
    }
    var date = DATE.matcher(text);
    if (date.matches()) {
      String time = date.group(2) == null ? "" : date.group(2);
      return LocalDate.parse(date.group(1)).minusDays(daysBack) + time;
    }
    if (text.startsWith("{") || text.startsWith("[")) {
      return withJson(name, text);
    }
    return TEXTS.contains(name) ? text.replaceAll("\\d{4,}", "0") : unknown(text);
  }

  private String withJson(String name, String text) {
    try {
      return Json.text(replace(name, Json.parse(text), false));
    } catch (IllegalArgumentException e) {
      return unknown(text);
    }
  }

  private static boolean isId(String name) {
    return name.endsWith("id") && !NO_IDS.contains(name);
  }

  private int idOf(String id) {
    return ids.computeIfAbsent(id, unused -> ids.size() + 1);
  }

  private String unknown(String text) {
    return "text-" + texts.computeIfAbsent(text, unused -> texts.size() + 1);
  }
}
