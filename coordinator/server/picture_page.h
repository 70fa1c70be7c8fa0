// The finished pictures of a page of jobs.
#pragma once

#include "common/manifest/manifest.h"
#include "common/wire/client_messages.h"
#include "coordinator/core/views.h"
#include "coordinator/store/store.h"

namespace troupe::server {

// Those jobs of the page whose result has a picture, with where it goes. Cut short where it would not fit into one
// message. The campaign's name is left to the caller.
Result<wire::ResultPage> picture_page(store::StoreReader& reader, CampaignId campaign,
                                      const manifest::Manifest& manifest, const core::JobPage& page);

}  // namespace troupe::server
