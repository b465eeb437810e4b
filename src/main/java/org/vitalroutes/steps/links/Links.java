package org.vitalroutes.steps.links;

import java.util.List;
import java.util.UUID;
import org.apache.camel.Body;
import org.apache.camel.Header;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.ApiException;
import org.vitalroutes.accounts.Caller;
import org.vitalroutes.accounts.ConnectLink;
import org.vitalroutes.accounts.LinkRequest;
import org.vitalroutes.accounts.OAuthState;
import org.vitalroutes.settings.ConnectSettings;
import org.vitalroutes.steps.CallbackUrls;
import org.vitalroutes.steps.Providers;
import org.vitalroutes.store.ConnectLinks;
import org.vitalroutes.web.Created;

/** Connect links, as a backend makes, lists and revokes them. */
@Component
final class Links {

  private static final int PAGE = 100;

  private final ConnectLinks links;
  private final ConnectSettings settings;
  private final CallbackUrls urls;
  private final Providers providers;

  Links(ConnectLinks links, ConnectSettings settings, CallbackUrls urls, Providers providers) {
    this.links = links;
    this.settings = settings;
    this.urls = urls;
    this.providers = providers;
  }

  Created create(
      @Body @Nullable LinkRequest request,
      @Header("provider") String providerId,
      @Variable("caller") Caller caller) {
    String provider = providers.find(providerId).id();
    if (settings.pageName().isBlank()) {
      throw new ApiException(
          409, "links_not_set_up", "CONNECT_PAGE_NAME is not set, which the page of a link shows");
    }
    if (request == null || request.subject() == null || !Caller.isSubject(request.subject())) {
      throw new ApiException(400, "subject_required", "subject is whose account is connected");
    }
    String redirectUri = request.redirectUri();
    if (redirectUri != null && !settings.redirectUris().contains(redirectUri)) {
      throw new ApiException(
          400,
          "redirect_uri_not_allowed",
          "redirect_uri must be one of those in CONNECT_REDIRECT_URIS, to the letter");
    }
    String token = OAuthState.freshValue();
    ConnectLink link =
        links.create(
            token,
            provider,
            request.subject(),
            OAuthState.requirePatientId(request.patient()),
            redirectUri,
            caller.subject(),
            request.lifetime(settings.linkLifetime()));
    return new Created(new ConnectLink.Created(link.id(), urls.link(token), link.expiresAt()));
  }

  /** A page of links; one with fewer is the last. */
  List<ConnectLink> list(
      @Header("provider") String providerId,
      @Header("subject") @Nullable String subject,
      @Header("after") @Nullable String after) {
    return links.list(
        providers.find(providerId).id(), subject, after == null ? null : linkId(after), PAGE);
  }

  ConnectLink revoke(
      @Header("provider") String providerId,
      @Header("id") String id,
      @Variable("caller") Caller caller) {
    return links
        .revoke(providers.find(providerId).id(), linkId(id), caller.subject())
        .orElseThrow(Links::notFound);
  }

  private static UUID linkId(String id) {
    try {
      return UUID.fromString(id);
    } catch (IllegalArgumentException e) {
      throw notFound();
    }
  }

  private static ApiException notFound() {
    return new ApiException(404, "link_not_found", "There is no such link");
  }
}
