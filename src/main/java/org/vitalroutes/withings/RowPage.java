package org.vitalroutes.withings;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.provider.ProviderUnavailableException;

/**
 * One page of a list of rows.
 *
 * @param takenBack rows that Withings marks as deleted
 * @param more whether another page follows
 * @param offset for the request of the next page; meaningless on the last page
 * @param unreadable rows left out because they could not be read
 * @param oddities of the rows that could be read
 * @param zone the last time zone that the page names; null when it names none
 */
public record RowPage<T>(
    List<T> rows,
    List<T> takenBack,
    boolean more,
    @Nullable Long offset,
    List<Unreadable> unreadable,
    List<Oddity> oddities,
    @Nullable ZoneId zone) {

  public RowPage {
    rows = List.copyOf(rows);
    takenBack = List.copyOf(takenBack);
    unreadable = List.copyOf(unreadable);
    oddities = List.copyOf(oddities);
  }

  /**
   * Reads the {@code body} of a reply.
   *
   * @param known the account's last known zone; null when none is known
   * @throws JsonFieldException when the body is no object
   * @throws ProviderUnavailableException when the body has no list
   */
  static <T> RowPage<T> of(
      JsonNode body, String list, @Nullable ZoneId known, Function<JsonFields, T> reader) {
    Reading reading = new Reading(known);
    JsonFields fields = new JsonFields(body, "body", reading);
    List<T> rows = new ArrayList<>();
    List<T> takenBack = new ArrayList<>();
    List<Unreadable> unreadable = new ArrayList<>();
    for (JsonFields.Element element : fields.rows(list)) {
      try {
        JsonFields row = element.fields();
        (row.isTakenBack() ? takenBack : rows).add(reader.apply(row));
      } catch (JsonFieldException e) {
        unreadable.add(Unreadable.row(e));
      }
    }
    return new RowPage<>(
        rows,
        takenBack,
        fields.flag("more"),
        fields.optionalLong("offset"),
        unreadable,
        reading.oddities(),
        reading.seenZone());
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
