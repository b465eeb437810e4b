package org.vitalroutes.withings;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.provider.ProviderUnavailableException;

/**
 * One page of a list of rows.
 *
 * @param more whether another page follows
 * @param offset what to ask the next page with; the last page may name one too, of no meaning
 * @param unreadable rows that were left out because they could not be read
 */
public record RowPage<T>(
    List<T> rows, boolean more, @Nullable Long offset, List<Unreadable> unreadable) {

  public RowPage {
    rows = List.copyOf(rows);
    unreadable = List.copyOf(unreadable);
  }

  /**
   * Reads the {@code body} of a reply.
   *
   * @throws JsonFieldException when the body is no object, or its list no list
   */
  static <T> RowPage<T> of(JsonNode body, String list, Function<JsonFields, T> reader) {
    JsonFields fields = new JsonFields(body, "body");
    List<T> rows = new ArrayList<>();
    List<Unreadable> unreadable = new ArrayList<>();
    for (JsonFields.Element element : fields.list(list)) {
      try {
        rows.add(reader.apply(element.fields()));
      } catch (JsonFieldException e) {
        unreadable.add(new Unreadable(String.valueOf(e.getMessage()), null));
      }
    }
    return new RowPage<>(rows, fields.flag("more"), fields.optionalLong("offset"), unreadable);
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
