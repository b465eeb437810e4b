package org.vitalroutes.sync;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.provider.ProviderRefusedException;
import org.vitalroutes.provider.ProviderUnavailableException;

/**
 * The next page to fetch for a sync request.
 *
 * @param request the sync request it serves
 * @param begun when the fetch began
 * @param offset what Withings gave for the page; null for the first
 * @param seen rows that the pages before have, by the key that what is made of them begins with
 * @param whole whether every row in the pages before could be read
 * @param pages how many pages were read
 * @param brought whether the pages before brought anything that the FHIR server did not have
 * @param more whether there is a page to fetch
 * @param recheck what is read again, if it is the second read of a narrow window; else null
 */
public record FetchRequest(
    SyncRequest request,
    Instant begun,
    @Nullable Long offset,
    Set<String> seen,
    boolean whole,
    int pages,
    boolean brought,
    boolean more,
    @Nullable Recheck recheck) {

  /**
   * More than any window of any user has; a server that always announces another page would be
   * asked for ever.
   */
  static final int MOST_PAGES = 1000;

  public FetchRequest {
    seen = Set.copyOf(seen);
  }

  /** The first page. */
  public static FetchRequest first(SyncRequest request, Instant begun) {
    return new FetchRequest(request, begun, null, Set.of(), true, 0, false, true, null);
  }

  /** The first page of a window that is read again. */
  public static FetchRequest again(SyncRequest request, Recheck recheck, Instant begun) {
    Duration step = request.kind().isByDays() ? Duration.ofDays(1) : Duration.ofMinutes(1);
    return new FetchRequest(
        request.over(recheck.nextWindow(step)),
        begun,
        null,
        Set.of(),
        true,
        0,
        false,
        true,
        recheck);
  }

  /** The page at which another worker resumes. */
  public static FetchRequest resumed(
      SyncRequest request, Instant begun, long offset, Set<String> seen, boolean whole, int pages) {
    return new FetchRequest(request, begun, offset, seen, whole, pages, true, true, null);
  }

  /**
   * The next page.
   *
   * @param rows keys of the rows of this page
   * @param readable whether every row of this page could be read
   * @param next Withings' offset for the next page; null after the last
   * @throws ProviderUnavailableException when the paging does not advance
   * @throws ProviderRefusedException when the pages do not end
   */
  public FetchRequest after(Collection<String> rows, boolean readable, @Nullable Long next) {
    if (next != null && next <= (offset == null ? 0 : offset)) {
      throw new ProviderUnavailableException("Withings' paging does not advance", null);
    }
    if (next != null && pages + 1 >= MOST_PAGES) {
      throw new ProviderRefusedException(0, "Withings' pages do not end");
    }
    Set<String> all = new HashSet<>(seen);
    all.addAll(rows);
    return new FetchRequest(
        request, begun, next, all, whole && readable, pages + 1, brought, next != null, recheck);
  }

  /** The same, of which a page brought something new or not. */
  public FetchRequest bringing(boolean something) {
    return new FetchRequest(
        request, begun, offset, seen, whole, pages, brought || something, more, recheck);
  }

  /**
   * Whether all rows were read at one moment. A row that is deleted while pages are read moves
   * others to a page that was read before, so that several pages may miss a row that is there.
   */
  public boolean isOneState() {
    return pages == 1;
  }

  /**
   * The window in which what was not seen may have been removed; null when that cannot be told,
   * because the answer was partial or a row of it could not be read.
   */
  public @Nullable Window tellsRemovedIn() {
    return whole ? request.window() : null;
  }
}
