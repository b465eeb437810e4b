package org.vitalroutes.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.function.Function;

/** Corrupts answers. */
final class Spoiled {
  private Spoiled() {}

  static Reply reply(Fault fault, Call call, ObjectNode envelope) {
    String text = fault.text() == null ? "" : fault.text();
    return switch (fault.kind()) {
      case BODY_STATUS -> Reply.json(200, Reply.envelope((int) fault.number(), text));
      case HTTP_STATUS -> httpStatus((int) fault.number(), text);
      case HTML -> Reply.html(200, "Bad gateway");
      case EMPTY -> Reply.empty(200);
      case RAW -> Reply.text(200, "application/json", text);
      case TRUNCATED -> Reply.text(200, "application/json", firstHalf(Json.text(envelope)));
      case HUGE -> Reply.json(200, padded(envelope, fault.number()));
      case STUCK_PAGING -> Reply.json(200, stuck(envelope, call));
      case NUMBERS_AS_STRINGS -> Reply.json(200, numbersAsStrings(envelope));
      case DUPLICATE_KEYS -> duplicateKeys(envelope);
      case EMPTY_LIST -> Reply.json(200, lists(envelope, rows -> Json.array()));
      case NULL_LIST -> Reply.json(200, lists(envelope, rows -> Json.array().nullNode()));
      case SHORT_LIST -> Reply.json(200, lists(envelope, rows -> rows(rows, 0, rows.size() / 2)));
      case SHIFTED_LIST -> Reply.json(200, lists(envelope, rows -> rows(rows, 1, rows.size())));
      case CUT, RESET, DELAY -> Reply.json(200, envelope);
    };
  }

  private static Reply httpStatus(int status, String retryAfter) {
    String page = "<html><body><h1>" + status + "</h1></body></html>";
    Map<String, String> headers =
        retryAfter.isEmpty()
            ? Map.of("Content-Type", "text/html")
            : Map.of("Content-Type", "text/html", "Retry-After", retryAfter);
    return new Reply(status, headers, page);
  }

  private static String firstHalf(String text) {
    return text.substring(0, text.length() / 2);
  }

  private static ObjectNode padded(ObjectNode envelope, long bytes) {
    return envelope.deepCopy().put("padding", "x".repeat((int) bytes));
  }

  private static ObjectNode stuck(ObjectNode envelope, Call call) {
    ObjectNode stuck = envelope.deepCopy();
    if (stuck.path("body") instanceof ObjectNode body) {
      body.put("more", 1).put("offset", call.number("offset").orElse(0));
    }
    return stuck;
  }

  private static ObjectNode lists(ObjectNode envelope, Function<ArrayNode, JsonNode> spoil) {
    ObjectNode spoiled = envelope.deepCopy();
    if (spoiled.path("body") instanceof ObjectNode body) {
      body.properties()
          .forEach(
              field -> {
                if (field.getValue() instanceof ArrayNode rows) {
                  field.setValue(spoil.apply(rows));
                }
              });
    }
    return spoiled;
  }

  private static ArrayNode rows(ArrayNode rows, int from, int to) {
    ArrayNode some = Json.array();
    for (int i = from; i < to; i++) {
      some.add(rows.get(i));
    }
    return some;
  }

  private static JsonNode numbersAsStrings(JsonNode node) {
    if (node instanceof ObjectNode object) {
      ObjectNode copy = Json.object();
      object
          .properties()
          .forEach(entry -> copy.set(entry.getKey(), numbersAsStrings(entry.getValue())));
      return copy;
    }
    if (node instanceof ArrayNode array) {
      ArrayNode copy = Json.array();
      array.forEach(element -> copy.add(numbersAsStrings(element)));
      return copy;
    }
    return node.isNumber() ? Json.of(node.asText()) : node;
  }

  private static Reply duplicateKeys(ObjectNode envelope) {
    String right = Json.text(envelope);
    String both = "{\"status\":2555,\"body\":{}," + right.substring(1);
    return Reply.text(200, "application/json", both);
  }
}
