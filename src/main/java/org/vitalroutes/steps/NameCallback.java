package org.vitalroutes.steps;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.UUID;
import org.apache.camel.Handler;
import org.springframework.stereotype.Component;

/** Names the way callback URLs are made now: another secret or public URL has another name. */
@Component
final class NameCallback {

  private final CallbackUrls urls;

  NameCallback(CallbackUrls urls) {
    this.urls = urls;
  }

  @Handler
  UUID name() {
    return UUID.nameUUIDFromBytes(urls.webhook("0").getBytes(UTF_8));
  }
}
