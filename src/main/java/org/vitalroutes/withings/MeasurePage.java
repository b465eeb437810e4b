package org.vitalroutes.withings;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.provider.ProviderUnavailableException;

/**
 * One page of {@code measure?action=getmeas}.
 *
 * @param updatetime when Withings made the answer
 * @param zone the account's zone at that moment, not that of each reading; UTC when absent
 * @param more whether another page follows
 * @param offset what to ask the next page with: Withings' own number, never one computed
 * @param unreadable what was left out because it could not be read
 */
public record MeasurePage(
    @Nullable Instant updatetime,
    ZoneId zone,
    List<MeasureGroup> groups,
    boolean more,
    @Nullable Long offset,
    List<Unreadable> unreadable) {

  public MeasurePage {
    groups = List.copyOf(groups);
    unreadable = List.copyOf(unreadable);
  }

  /**
   * Reads the {@code body} of a reply.
   *
   * @throws JsonFieldException when the body is no object, or its list of groups no list
   */
  public static MeasurePage of(JsonNode body) {
    JsonFields fields = new JsonFields(body, "body");
    List<MeasureGroup> groups = new ArrayList<>();
    List<Unreadable> unreadable = new ArrayList<>();
    for (JsonFields.Element element : fields.list("measuregrps")) {
      List<Unreadable> inGroup = new ArrayList<>();
      try {
        groups.add(MeasureGroup.of(element.fields(), inGroup));
        unreadable.addAll(inGroup);
      } catch (JsonFieldException e) {
        unreadable.add(new Unreadable(String.valueOf(e.getMessage()), null));
      }
    }
    return new MeasurePage(
        fields.optionalInstant("updatetime"),
        fields.zoneOrUtc("timezone"),
        groups,
        fields.flag("more"),
        fields.optionalLong("offset"),
        unreadable);
  }

  /**
   * The offset of the next page; null after the last.
   *
   * @throws ProviderUnavailableException when another page is announced without an offset
   */
  public @Nullable Long nextOffset() {
    if (more && offset == null) {
      throw new ProviderUnavailableException("Withings announced a page without its offset", null);
    }
    return more ? offset : null;
  }
}
