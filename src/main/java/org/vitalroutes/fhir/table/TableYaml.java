package org.vitalroutes.fhir.table;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.util.List;

/** The YAML of a mapping table; a key that stands twice is refused. */
public final class TableYaml {

  private TableYaml() {}

  public static JsonNode parse(String yaml) {
    try {
      return new ObjectMapper(new YAMLFactory())
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .readTree(yaml);
    } catch (JsonProcessingException e) {
      throw new MeasureTableException(List.of("not YAML: " + e.getMessage()));
    }
  }
}
