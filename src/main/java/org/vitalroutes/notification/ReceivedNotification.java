package org.vitalroutes.notification;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.sync.Window;

/**
 * A notification in the inbox.
 *
 * @param id of the row
 * @param receivedAt when it came
 * @param notification what it says
 * @param correlation what the log calls it, and what comes of it
 * @param account whose data it is about; null when nobody is connected who goes by its user id
 */
public record ReceivedNotification(
    long id,
    Instant receivedAt,
    Notification notification,
    String correlation,
    @Nullable UUID account) {

  /** Its category; null when absent or malformed. */
  public @Nullable Integer appli() {
    return notification.appli();
  }

  /** The span that it triggers at. */
  public Window window() {
    return notification.window(receivedAt);
  }
}
