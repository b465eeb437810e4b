package org.vitalroutes.notification;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.sync.Window;

/**
 * A notification in the inbox.
 *
 * @param id row id
 * @param receivedAt when it arrived
 * @param notification its parsed content
 * @param correlation id of the notification and its consequences in the log
 * @param account the connected account of its user id; null when there is none
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

  /** The window to fetch. */
  public Window window() {
    return notification.window(receivedAt);
  }
}
