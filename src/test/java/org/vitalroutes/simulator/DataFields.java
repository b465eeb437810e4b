package org.vitalroutes.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Set;

/** Selects the fields that {@code data_fields} requests. */
final class DataFields {
  private DataFields() {}

  /** The requested fields, or the default ones. */
  static Set<String> asked(Call call, Set<String> otherwise) {
    Set<String> asked = call.list("data_fields");
    return asked.isEmpty() ? otherwise : asked;
  }

  /** A copy of a row with these fields and those that are always present. */
  static ObjectNode choose(ObjectNode row, Set<String> always, Set<String> asked) {
    ObjectNode chosen = row.deepCopy();
    Set<String> kept = new HashSet<>(always);
    kept.addAll(asked);
    return chosen.retain(kept);
  }

  /** A copy of a row whose {@code data} object has only these fields. */
  static ObjectNode chooseInData(ObjectNode row, Set<String> asked) {
    ObjectNode chosen = row.deepCopy();
    JsonNode data = chosen.path("data");
    if (data instanceof ObjectNode object) {
      object.retain(asked);
    }
    return chosen;
  }
}
