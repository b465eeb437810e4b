package org.vitalroutes.operations;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a JSON object. Unknown fields are refused, so that a misspelt filter is not
 * ignored.
 */
final class Fields {

  /** Keeps every digit, as the replies of a dry run are read with it. */
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .configure(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES, false);

  private final JsonNode object;

  private Fields(JsonNode object) {
    this.object = object;
  }

  static Fields of(@Nullable String json, Set<String> known) {
    JsonNode body = tree(json == null ? "" : json);
    if (!body.isObject()) {
      throw Inputs.refused("invalid_json", "The body must be a JSON object");
    }
    body.fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                throw Inputs.refused(
                    "unknown_field", "The fields are " + String.join(", ", new TreeSet<>(known)));
              }
            });
    return new Fields(body);
  }

  private static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }

  @Nullable String text(String field) {
    JsonNode value = object.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (!value.isTextual()) {
      throw Inputs.refused("invalid_" + field, field + " is a text");
    }
    return value.textValue();
  }

  /** A value of any shape; missing when the field is absent. */
  JsonNode node(String field) {
    return object.path(field);
  }

  boolean flag(String field) {
    JsonNode value = object.path(field);
    if (!value.isMissingNode() && !value.isNull() && !value.isBoolean()) {
      throw Inputs.refused("invalid_" + field, field + " is true or false");
    }
    return value.asBoolean(false);
  }

  /** A list of texts; null when the field is absent. */
  @Nullable List<String> texts(String field) {
    JsonNode value = object.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    List<String> texts = new ArrayList<>();
    if (value.isArray()) {
      value.forEach(each -> texts.add(each.isTextual() ? each.textValue() : ""));
    }
    if (texts.isEmpty()) {
      throw Inputs.refused("invalid_" + field, field + " is a list of at least one text");
    }
    return texts;
  }
}
