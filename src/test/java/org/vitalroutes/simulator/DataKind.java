package org.vitalroutes.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.StreamSupport;

/** A kind of rows, with the name of their list in an answer and the fields that identify a row. */
public enum DataKind {
  MEASURES("measures", "measuregrps", "grpid"),
  ACTIVITY("activity", "activities", "date,deviceid,brand"),
  /** Rows of the form {@code {"timestamp": …, "data": {…}}}. */
  INTRADAY("intraday", "series", "timestamp"),
  WORKOUTS("workouts", "series", "id"),
  SLEEP("sleep", "series", "startdate,hash_deviceid"),
  SLEEP_SUMMARY("sleep-summary", "series", "id"),
  HEART("heart", "series", "timestamp,deviceid"),
  HEART_SIGNALS("heart-signals", "series", "signalid"),
  STETHO("stetho", "series", "signalid"),
  DEVICES("devices", "devices", "deviceid");

  private final String label;
  private final String list;
  private final String key;

  DataKind(String label, String list, String key) {
    this.label = label;
    this.list = list;
    this.key = key;
  }

  /** The name in the paths of the control API. */
  public String label() {
    return label;
  }

  public static DataKind of(String label) {
    return Arrays.stream(values())
        .filter(kind -> kind.label.equals(label))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("unknown kind of data: " + label));
  }

  /** The identity of a row, which stays the same when the row changes. */
  String key(JsonNode row) {
    StringBuilder text = new StringBuilder();
    for (String field : key.split(",", -1)) {
      text.append(row.path(field).asText()).append(',');
    }
    return text.toString();
  }

  /** Extracts the rows of an API answer: an envelope, its body, or the list itself. */
  List<ObjectNode> rows(JsonNode payload) {
    JsonNode body = payload.has("status") ? payload.path("body") : payload;
    JsonNode rows = body.has(list) ? body.path(list) : body;
    if (this == INTRADAY && rows.isObject()) {
      return intradayRows(rows);
    }
    if (rows.isArray()) {
      return StreamSupport.stream(rows.spliterator(), false).map(Json::asObject).toList();
    }
    return rows.isEmpty() ? List.of() : List.of(Json.asObject(rows));
  }

  private static List<ObjectNode> intradayRows(JsonNode series) {
    if (series.has("timestamp")) {
      return List.of(Json.asObject(series));
    }
    List<ObjectNode> rows = new ArrayList<>();
    series
        .properties()
        .forEach(
            entry -> {
              ObjectNode row = Json.object().put("timestamp", Long.parseLong(entry.getKey()));
              row.set("data", entry.getValue());
              rows.add(row);
            });
    return rows;
  }
}
