package io.holdfast.file;

import io.holdfast.Json;
import io.holdfast.SessionId;
import io.holdfast.file.Draft.StagedDocument;
import io.holdfast.session.Session;
import io.holdfast.session.SessionWatches;
import io.holdfast.session.SessionWatches.Sight;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells those that follow sessions what has come into the files. */
final class SessionNews {

  private static final Logger LOG = LoggerFactory.getLogger(SessionNews.class);

  private SessionNews() {}

  /** No reason to fail the writer: it is durable already. Whoever was not told looks for itself. */
  static void tell(SessionWatches watches, Draft draft) {
    try {
      tellAll(watches, draft);
    } catch (RuntimeException | Error e) {
      LOG.error("Those that follow sessions could not be told, and look for themselves", e);
      watches.lost();
    }
  }

  private static void tellAll(SessionWatches watches, Draft draft) {
    NavigableMap<DocumentKey, StagedDocument> staged = draft.documents().get(Shelf.SESSIONS);
    if (staged != null && watches.isWatched()) {
      List<Sight> sights = new ArrayList<>(staged.size());
      staged.forEach((key, document) -> sights.add(sight(key, document.json())));
      // Nothing was written since by anybody else: there is one writer, and this is its thread.
      watches.changed(watches.looking(), sights);
    }
  }

  private static Sight sight(DocumentKey key, @Nullable Json json) {
    return new Sight(new SessionId(key.first()), json == null ? null : Session.KIND.decode(json));
  }
}
