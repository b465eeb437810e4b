package org.vitalroutes.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Set;

/** The choice of fields that {@code data_fields} makes. */
final class DataFields {
  private DataFields() {}

  /** The fields asked for, or these when none are named. */
  static Set<String> asked(Call call, Set<String> otherwise) {
    Set<String> asked = call.list("data_fields");
    return asked.isEmpty() ? otherwise : asked;
  }

  /** A copy of a row with these fields, and those it always has. */
  static ObjectNode choose(ObjectNode row, Set<String> always, Set<String> asked) {
    ObjectNode chosen = row.deepCopy();
    Set<String> kept = new HashSet<>(always);
    kept.addAll(asked);
    return chosen.retain(kept);
  }

  /** A copy of a row whose inner data object has only these fields. */
  static ObjectNode chooseInData(ObjectNode row, Set<String> asked) {
    ObjectNode chosen = row.deepCopy();
    JsonNode data = chosen.path("data");
    if (data instanceof ObjectNode object) {
      object.retain(asked);
    }
    return chosen;
  }
}
