package org.vitalroutes.testsupport;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Consumer;
import org.vitalroutes.withings.MeasurePage;

/** Builds the body of a getmeas reply from ordinary groups, which a test changes as needed. */
public final class MeasureReply {
  public static final ObjectMapper JSON = new ObjectMapper();

  /** 2024-01-09T03:08:39Z. */
  public static final long DATE = 1704769719L;

  public static final String DEVICE = "51e8d0e7d16da9ff673accf10958ca94fea55d6e";

  private final ObjectNode body = JSON.createObjectNode();
  private final ArrayNode groups;

  private MeasureReply() {
    body.put("updatetime", DATE + 300).put("timezone", "Europe/Paris");
    groups = body.putArray("measuregrps");
  }

  public static MeasureReply reply() {
    return new MeasureReply();
  }

  public MeasureReply zone(String zone) {
    body.put("timezone", zone);
    return this;
  }

  public MeasureReply group(long grpid, Consumer<Group> change) {
    change.accept(new Group(grpid));
    return this;
  }

  public ObjectNode body() {
    return body;
  }

  public MeasurePage page() {
    return MeasurePage.of(body);
  }

  /** A group of a Body Scan. */
  public final class Group {
    private final ObjectNode node = groups.addObject();

    private Group(long grpid) {
      node.put("grpid", grpid)
          .put("attrib", 0)
          .put("date", DATE)
          .put("created", DATE + 116)
          .put("modified", DATE + 116)
          .put("category", 1)
          .put("deviceid", DEVICE)
          .put("hash_deviceid", DEVICE)
          .put("modelid", 10)
          .put("model", "Body Scan")
          .putNull("comment")
          .putArray("measures");
    }

    public Group measure(int type, long value, int unit) {
      measures().addObject().put("value", value).put("type", type).put("unit", unit);
      return this;
    }

    public Group measureAt(int position, int type, long value, int unit) {
      measure(type, value, unit);
      ((ObjectNode) measures().get(measures().size() - 1)).put("position", position);
      return this;
    }

    public Group rawMeasure(String json) {
      measures().add(tree(json));
      return this;
    }

    public Group with(String field, long value) {
      node.put(field, value);
      return this;
    }

    public Group with(String field, String value) {
      node.put(field, value);
      return this;
    }

    public Group withNull(String... fields) {
      for (String field : fields) {
        node.putNull(field);
      }
      return this;
    }

    public Group without(String... fields) {
      for (String field : fields) {
        node.remove(field);
      }
      return this;
    }

    private ArrayNode measures() {
      return (ArrayNode) node.get("measures");
    }
  }

  public static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
