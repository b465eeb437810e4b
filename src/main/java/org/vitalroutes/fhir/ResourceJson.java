package org.vitalroutes.fhir;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r5.formats.JsonParser;
import org.hl7.fhir.r5.model.IdType;
import org.hl7.fhir.r5.model.Resource;

/**
 * Writes the compact JSON of a resource of R5 or R4: the same resource always gives the same bytes.
 *
 * <p>The composers that HL7 generates for its model write the bytes of HAPI's encoder, which walks
 * the model by reflection, in a third of the processor time (docs/decisions/0024).
 */
public final class ResourceJson {

  private static final JsonFactory JSON = new JsonFactory();

  /** Longer than most resources. */
  private static final int CHARACTERS = 2_048;

  private ResourceJson() {}

  /** The compact JSON of a resource. */
  public static String of(IBaseResource resource) {
    StringWriter text = new StringWriter(CHARACTERS);
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      if (resource instanceof Resource r5) {
        new R5().compose(new Generator(json), r5);
      } else {
        new R4().compose(new Generator(json), (org.hl7.fhir.r4.model.Resource) resource);
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  /** Writes the logical id alone: a resource that was read has its type and version in its id. */
  private static final class R5 extends JsonParser {
    @Override
    protected void composeIdCore(String name, IdType id, boolean inArray) throws IOException {
      super.composeIdCore(name, id == null || inArray ? id : new IdType(id.getIdPart()), inArray);
    }
  }

  /** The same of R4. */
  private static final class R4 extends org.hl7.fhir.r4.formats.JsonParser {
    @Override
    protected void composeIdCore(String name, org.hl7.fhir.r4.model.IdType id, boolean inArray)
        throws IOException {
      super.composeIdCore(
          name,
          id == null || inArray ? id : new org.hl7.fhir.r4.model.IdType(id.getIdPart()),
          inArray);
    }
  }

  /** Jackson, as the composers of both versions use it. */
  private record Generator(JsonGenerator json)
      implements org.hl7.fhir.r5.formats.JsonCreator, org.hl7.fhir.r4.formats.JsonCreator {

    @Override
    public void beginObject() throws IOException {
      json.writeStartObject();
    }

    @Override
    public void endObject() throws IOException {
      json.writeEndObject();
    }

    @Override
    public void beginArray() throws IOException {
      json.writeStartArray();
    }

    @Override
    public void endArray() throws IOException {
      json.writeEndArray();
    }

    @Override
    public void name(String name) throws IOException {
      json.writeFieldName(name);
    }

    @Override
    public void nullValue() throws IOException {
      json.writeNull();
    }

    @Override
    public void value(String value) throws IOException {
      json.writeString(value);
    }

    @Override
    public void value(Boolean value) throws IOException {
      json.writeBoolean(value);
    }

    @Override
    public void value(Integer value) throws IOException {
      json.writeNumber(value);
    }

    @Override
    public void value(BigDecimal value) throws IOException {
      json.writeNumber(value);
    }

    @Override
    public void valueNum(String value) throws IOException {
      json.writeNumber(value);
    }

    @Override
    public void finish() {}

    @Override
    public void comment(String content) {}

    @Override
    public void setIndent(String indent) {}

    @Override
    public void link(String href) {}

    @Override
    public void anchor(String name) {}

    @Override
    public void externalLink(String reference) {}

    @Override
    public void elide() {}

    @Override
    public boolean canElide() {
      return false;
    }

    @Override
    public boolean isCanonical() {
      return false;
    }
  }
}
