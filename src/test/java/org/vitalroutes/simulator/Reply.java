package org.vitalroutes.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** An HTTP response. */
record Reply(int status, Map<String, String> headers, String body) {
  private static final String TYPE = "Content-Type";

  static Reply json(int status, JsonNode body) {
    return new Reply(status, Map.of(TYPE, "application/json"), Json.text(body));
  }

  static Reply html(int status, String text) {
    String page = "<!DOCTYPE html><html><body><h1>" + text + "</h1></body></html>";
    return text(status, "text/html; charset=utf-8", page);
  }

  static Reply text(int status, String contentType, String text) {
    return new Reply(status, Map.of(TYPE, contentType), text);
  }

  static Reply empty(int status) {
    return new Reply(status, Map.of(), "");
  }

  static Reply redirect(String location) {
    return new Reply(302, Map.of("Location", location), "");
  }

  /** The envelope of a success. */
  static ObjectNode envelope(JsonNode body) {
    ObjectNode envelope = Json.object().put("status", 0);
    envelope.set("body", body);
    return envelope;
  }

  /** The envelope of a refusal. */
  static ObjectNode envelope(int status, String error) {
    ObjectNode envelope = Json.object().put("status", status);
    envelope.set("body", Json.object());
    return envelope.put("error", error);
  }
}
