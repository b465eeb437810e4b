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
 * @param seenZone the zone that the page names; null when it names none that this JVM knows
 * @param groups the groups that the user has
 * @param takenBack groups that Withings marks as deleted
 * @param more whether another page follows
 * @param offset for the request of the next page; Withings' own number, never computed
 * @param unreadable groups and measures left out because they could not be read
 * @param oddities of the groups that could be read
 */
public record MeasurePage(
    @Nullable Instant updatetime,
    ZoneId zone,
    @Nullable ZoneId seenZone,
    List<MeasureGroup> groups,
    List<MeasureGroup> takenBack,
    boolean more,
    @Nullable Long offset,
    List<Unreadable> unreadable,
    List<Oddity> oddities) {

  public MeasurePage {
    groups = List.copyOf(groups);
    takenBack = List.copyOf(takenBack);
    unreadable = List.copyOf(unreadable);
    oddities = List.copyOf(oddities);
  }

  /** Reads the {@code body} of a reply for an account whose zone is unknown. */
  public static MeasurePage of(JsonNode body) {
    return of(body, null);
  }

  /**
   * Reads the {@code body} of a reply.
   *
   * @param known the account's last known zone; null when none is known
   * @throws JsonFieldException when the body is no object
   * @throws ProviderUnavailableException when it has no list of groups
   */
  public static MeasurePage of(JsonNode body, @Nullable ZoneId known) {
    Reading reading = new Reading(known);
    JsonFields fields = new JsonFields(body, "body", reading);
    List<MeasureGroup> groups = new ArrayList<>();
    List<MeasureGroup> takenBack = new ArrayList<>();
    List<Unreadable> unreadable = new ArrayList<>();
    for (JsonFields.Element element : fields.rows("measuregrps")) {
      try {
        JsonFields group = element.fields();
        (group.isTakenBack() ? takenBack : groups).add(MeasureGroup.of(group, unreadable));
      } catch (JsonFieldException e) {
        unreadable.add(Unreadable.row(e));
      }
    }
    return new MeasurePage(
        fields.optionalInstant("updatetime"),
        fields.zone("timezone"),
        reading.seenZone(),
        groups,
        takenBack,
        fields.flag("more"),
        fields.optionalLong("offset"),
        unreadable,
        reading.oddities());
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
